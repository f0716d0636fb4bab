// The programs of OpenMVG, see stand-in.mjs.
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const isFile = (path) => existsSync(path);
const isNew = (path) => existsSync(dirname(path));
const isCount = (text) => /^\d+$/.test(text);
const oneOf =
  (...values) =>
  (value) =>
    values.includes(value);
const optional = (test) => Object.assign((value) => test(value), { isOptional: true });

const read = (path) => JSON.parse(readFileSync(path, 'utf8'));
const write = (path, data, isGarbage) => writeFileSync(path, isGarbage ? 'garbage' : JSON.stringify(data));

/** The recorded solution with the listing's photos in the place of its own, both in the order of their names. */
function solution(listing, recorded) {
  const solved = read(`${recorded}/mvg/sfm_data.json`);
  const nameOf = (view) => view.value.ptr_wrapper.data.filename;
  const byName = (a, b) => (nameOf(a) < nameOf(b) ? -1 : 1);
  const theirs = solved.views.toSorted(byName);
  const ours = listing.views.toSorted(byName);
  const keys = new Map(theirs.map(({ key }, i) => [key, ours[i]?.key]));
  const isOurs = ({ key }) => keys.get(key) !== undefined;
  const renamed = (entry) => ({ ...entry, key: keys.get(entry.key) });
  return {
    ...solved,
    root_path: listing.root_path,
    views: listing.views,
    extrinsics: solved.extrinsics.filter(isOurs).map(renamed),
    structure: solved.structure.map(({ key, value }) => ({
      key,
      value: { ...value, observations: value.observations.filter(isOurs).map(renamed) },
    })),
  };
}

/** In each photo, by preset; twice as many in the whole photo. */
const FEATURES = { NORMAL: 1, HIGH: 2, ULTRA: 4 };

/** As photos are left out that have too few features. */
function leaveOut(scene, folder) {
  const needed = Number(process.env.STAND_IN_NEEDS_FEATURES ?? 0);
  const feature = readdirSync(folder).find((name) => name.endsWith('.feat'));
  const found = readFileSync(join(folder, feature), 'utf8').split('\n').length - 1;
  return found >= needed ? scene : { ...scene, extrinsics: scene.extrinsics.slice(0, 4) };
}

/** Both ways to give the camera; the option of the other must not be there. */
const camera = {
  '-f': optional((f) => Number(f) > 0),
  '-k': optional((k) => /^([\d.]+;0;[\d.]+;0;[\d.]+;[\d.]+;0;0;1)$/.test(k)),
};

export const OPENMVG = {
  openMVG_main_SfMInit_ImageListing: {
    log: 'init',
    spec: { '-i': isFile, '-o': isFile, ...camera, '-c': oneOf('1', '2', '3', '4'), '-g': oneOf('1') },
    run(values, { recorded, isGarbage }) {
      if ('-f' in values === '-k' in values) throw new Error('focal length and matrix');
      const names = readdirSync(values['-i'])
        .filter((name) => !/mask\.png$/.test(name))
        .sort();
      const listing = read(`${recorded}/mvg/sfm_data.init.json`);
      const views = names.map((filename, id) => ({
        key: id,
        value: {
          polymorphic_id: 1073741824,
          ptr_wrapper: {
            id: 2147483649 + id,
            data: { local_path: '', filename, width: 480, height: 640, id_view: id, id_intrinsic: 0, id_pose: id },
          },
        },
      }));
      write(join(values['-o'], 'sfm_data.json'), { ...listing, root_path: values['-i'], views }, isGarbage);
    },
  },
  openMVG_main_ComputeFeatures: {
    log: 'features',
    spec: { '-i': isFile, '-o': isFile, '-m': oneOf('SIFT'), '-p': oneOf('NORMAL', 'HIGH', 'ULTRA'), '-n': isCount },
    run(values) {
      const { views, root_path: root } = read(values['-i']);
      const hasMasks = readdirSync(root).some((name) => name.endsWith('_mask.png'));
      for (const { value } of views) {
        const { filename } = value.ptr_wrapper.data;
        const stem = filename.replace(/\.\w+$/, '');
        if (!existsSync(join(root, filename))) throw new Error(`no photo ${filename}`);
        if (existsSync(join(root, `${stem}_mask.png`)) !== hasMasks) throw new Error(`mask of ${filename}`);
        const count = FEATURES[values['-p']] * (hasMasks ? 1 : 2);
        writeFileSync(join(values['-o'], `${stem}.feat`), '1 2 3 4\n'.repeat(count));
        writeFileSync(join(values['-o'], `${stem}.desc`), Buffer.alloc(8 + 128 * count));
      }
    },
  },
  openMVG_main_PairGenerator: {
    log: 'pairs',
    spec: { '-i': isFile, '-o': isNew, '-m': oneOf('EXHAUSTIVE', 'CONTIGUOUS'), '-c': optional(isCount) },
    run: (values) => writeFileSync(values['-o'], 'pairs'),
  },
  openMVG_main_ComputeMatches: {
    log: 'matches',
    spec: { '-i': isFile, '-p': isFile, '-o': isNew },
    run: (values) => writeFileSync(values['-o'], 'matches'),
  },
  openMVG_main_GeometricFilter: {
    log: 'geom',
    spec: { '-i': isFile, '-m': isFile, '-o': isNew, '-g': oneOf('f', 'e') },
    run: (values) => writeFileSync(values['-o'], 'filtered'),
  },
  openMVG_main_SfM: {
    log: 'sfm',
    spec: {
      ...{ '-i': isFile, '-m': isFile, '-M': oneOf('matches.filtered.bin'), '-o': isFile },
      '-s': oneOf('INCREMENTAL', 'INCREMENTALV2', 'GLOBAL'),
      ...{ '-f': oneOf('NONE', 'ADJUST_FOCAL_LENGTH|ADJUST_DISTORTION'), '-S': optional(oneOf('STELLAR')) },
    },
    run(values, { recorded }) {
      if (!existsSync(join(values['-m'], values['-M']))) throw new Error('no matches');
      const scene = leaveOut(solution(read(values['-i']), recorded), values['-m']);
      write(join(values['-o'], 'sfm_data.bin'), scene);
    },
  },
  openMVG_main_ComputeSfM_DataColor: {
    spec: { '-i': isFile, '-o': isNew },
    run(values, { isGarbage }) {
      const points = read(values['-i']).structure.map(
        ({ value }) => `${value.X.map((x) => x.toFixed(16)).join(' ')} 200 100 50`,
      );
      const header = `ply\nformat ascii 1.0\nelement vertex ${points.length}\nend_header\n`;
      writeFileSync(values['-o'], isGarbage ? 'garbage' : `${header}${points.join('\n')}\n`);
    },
  },
  openMVG_main_ConvertSfM_DataFormat: {
    spec: { '-i': isFile, '-o': isNew, '-V': true, '-I': true, '-E': true, '-S': true },
    run: (values, { isGarbage }) => write(values['-o'], read(values['-i']), isGarbage),
  },
  openMVG_main_openMVG2openMVS: {
    log: 'conv',
    spec: { '-i': isFile, '-o': isNew, '-d': isNew, '-n': isCount },
    run(values) {
      const scene = read(values['-i']);
      mkdirSync(values['-d'], { recursive: true });
      for (const { value } of scene.views) {
        const { filename } = value.ptr_wrapper.data;
        const stem = filename.replace(/\.\w+$/, '');
        copyFileSync(join(scene.root_path, filename), join(values['-d'], filename));
        const mask = join(scene.root_path, `${stem}_mask.png`);
        if (existsSync(mask)) copyFileSync(mask, join(values['-d'], `${stem}.mask.png`));
      }
      writeFileSync(values['-o'], mvsScene(scene, dirname(values['-o'])));
    },
  },
};

/** The scene as openMVG2openMVS writes it: version 6. */
function mvsScene({ views, intrinsics, extrinsics, structure }, folder) {
  const parts = [];
  const u32 = (value) => parts.push(Buffer.from(Uint32Array.of(value).buffer));
  const count = (value) => parts.push(Buffer.from(BigUint64Array.of(BigInt(value)).buffer));
  const doubles = (...values) => parts.push(Buffer.from(Float64Array.from(values).buffer));
  const floats = (...values) => parts.push(Buffer.from(Float32Array.from(values).buffer));
  const text = (value) => {
    count(Buffer.byteLength(value));
    parts.push(Buffer.from(value));
  };
  const { focal_length: f, principal_point: c, width, height } = intrinsics[0].value.ptr_wrapper.data;
  parts.push(Buffer.from('MVSI'));
  for (const value of [6, 0]) u32(value);
  count(1);
  for (const value of ['']) text(value);
  count(1);
  for (const value of ['', '']) text(value);
  for (const value of [width, height]) u32(value);
  doubles(f, 0, c[0], 0, f, c[1], 0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0);
  count(extrinsics.length);
  for (const { value } of extrinsics) doubles(...value.rotation.flat(), ...value.center);
  count(extrinsics.length);
  const indexOf = new Map();
  extrinsics.forEach(({ key }, index) => {
    const { filename } = views.find((view) => view.key === key).value.ptr_wrapper.data;
    indexOf.set(key, index);
    text(`undistorted/${filename}`);
    const mask = `undistorted/${filename.replace(/\.\w+$/, '.mask.png')}`;
    text(existsSync(join(folder, mask)) ? mask : '');
    for (const value of [0, 0, index, index]) u32(value);
  });
  const points = structure.filter(({ value }) => value.observations.length >= 2);
  count(points.length);
  for (const { value } of points) {
    floats(...value.X);
    count(value.observations.length);
    for (const { key } of value.observations) {
      u32(indexOf.get(key));
      floats(0);
    }
  }
  for (let list = 0; list < 5; list++) count(0);
  doubles(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1);
  doubles(1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0);
  return Buffer.concat(parts);
}
