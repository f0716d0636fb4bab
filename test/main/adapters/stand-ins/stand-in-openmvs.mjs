// The programs of OpenMVS, see stand-in.mjs.
import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';

const isFile = (path) => isAbsolute(path) && existsSync(path);
const isCount = (text) => /^\d+$/.test(text);
/** A file of a name in a folder that is there. */
const isNew = (name) => (path) => isAbsolute(path) && basename(path) === name && existsSync(dirname(path));
const is = (expected) => (value) => value === expected;
const optional = (test) => Object.assign((value) => test(value), { isOptional: true });

const common = {
  '--working-folder': isFile,
  '--input-file': isFile,
  '--archive-type': is('-1'),
  '--max-threads': isCount,
};

/** Names of the images in a scene of version 6 or 3: all must be there, from the working folder. @returns whether one has a mask */
function checkImages(values) {
  const bytes = readFileSync(values['--input-file']);
  if (bytes.subarray(0, 4).toString() !== 'MVSI') throw new Error('no scene');
  const names = bytes.toString('latin1').match(/[\w./-]+\.(?:png|jpg)/g) ?? [];
  if (names.length === 0) throw new Error('no images in the scene');
  for (const name of names) {
    if (!existsSync(join(values['--working-folder'], name))) throw new Error(`no image ${name}`);
  }
  return names.some(
    (name) =>
      /mask\.png$/.test(name) || existsSync(join(values['--working-folder'], name.replace(/\.\w+$/, '.mask.png'))),
  );
}

/** A scene as the programs write it: images in the working folder are named from there, e.g. `images/1.png`. */
function withNamesFrom(folder, bytes) {
  const inFolder = `../${basename(folder)}/`;
  const text = bytes.toString('latin1').replace(/[\s\S]{8}(\.\.\/[\w./-]+\.(?:png|jpg))/g, (whole, name) => {
    if (!name.startsWith(inFolder)) return whole;
    const short = name.slice(inFolder.length);
    return Buffer.from(BigUint64Array.of(BigInt(short.length)).buffer).toString('latin1') + short;
  });
  return Buffer.from(text, 'latin1');
}

/** Positions and faces of a binary PLY of float positions and triangles. */
function readMesh(path) {
  const bytes = readFileSync(path);
  const end = bytes.indexOf('end_header\n') + 'end_header\n'.length;
  const header = bytes.subarray(0, end).toString();
  const [vertices, faces] = ['vertex', 'face'].map((name) =>
    Number(new RegExp(`element ${name} (\\d+)`).exec(header)[1]),
  );
  const positions = bytes.subarray(end, end + vertices * 12);
  return { vertices, faces, positions, indices: bytes.subarray(end + vertices * 12, end + vertices * 12 + faces * 13) };
}

/** A PNG of 64 x 64: red grows to the right, green downwards. */
function png() {
  const rows = Array.from({ length: 64 }, (_, y) =>
    Buffer.from([0, ...Array.from({ length: 64 }, (__, x) => [x * 4, y * 4, 60]).flat()]),
  );
  const chunk = (type, data) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc32 ? crc32(body) : crcOf(body));
    return Buffer.concat([length, body, sum]);
  };
  const head = Buffer.from([0, 0, 0, 64, 0, 0, 0, 64, 8, 2, 0, 0, 0]);
  const mark = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    mark,
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(Buffer.concat(rows))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** For Node.js before 20.15. */
function crcOf(bytes) {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  }
  return (sum ^ 0xffffffff) >>> 0;
}

export const OPENMVS = {
  DensifyPointCloud: {
    log: 'densify',
    spec: {
      ...common,
      ...{ '--output-file': isNew('dense.mvs'), '--resolution-level': is('0'), '--max-resolution': isCount },
      ...{ '--min-resolution': isCount, '--ignore-mask-label': optional(is('0')) },
    },
    run(values, { recorded, isGarbage }) {
      if (checkImages(values) !== '--ignore-mask-label' in values) throw new Error('masks');
      const folder = values['--working-folder'];
      const { vertices, positions } = readMesh(`${recorded}/mvs/scene_dense_mesh_refine.ply`);
      const header = `ply\nformat binary_little_endian 1.0\nelement vertex ${vertices}\nproperty float x\nproperty float y\nproperty float z\nend_header\n`;
      writeFileSync(join(folder, 'dense.ply'), isGarbage ? 'garbage' : Buffer.concat([Buffer.from(header), positions]));
      writeFileSync(join(folder, 'depth0000.dmap'), 'depth');
      writeFileSync(join(folder, 'DensifyPointCloud-1.log'), 'log');
      writeFileSync(join(folder, 'dense.mvs'), withNamesFrom(folder, readFileSync(values['--input-file'])));
    },
  },
  ReconstructMesh: {
    log: 'mesh',
    spec: { ...common, '--pointcloud-file': isFile, '--output-file': isNew('mesh.mvs') },
    run(values, { recorded, isGarbage }) {
      checkImages(values);
      const path = join(dirname(values['--output-file']), 'mesh.ply');
      if (isGarbage) writeFileSync(path, 'garbage');
      else copyFileSync(`${recorded}/mvs/scene_dense_mesh_refine.ply`, path);
    },
  },
  RefineMesh: {
    log: 'refine',
    spec: {
      ...{ ...common, '--mesh-file': isFile, '--output-file': isNew('refined.mvs') },
      ...{ '--resolution-level': isCount, '--max-face-area': isCount },
    },
    run(values) {
      checkImages(values);
      copyFileSync(values['--mesh-file'], join(dirname(values['--output-file']), 'refined.ply'));
    },
  },
  TextureMesh: {
    log: 'texture',
    spec: {
      ...common,
      ...{ '--mesh-file': isFile, '--output-file': isNew('textured.mvs'), '--export-type': is('ply') },
      ...{ '--decimate': is('1'), '--close-holes': is('0'), '--ignore-mask-label': is('-1') },
    },
    run(values, { isGarbage }) {
      checkImages(values);
      const { vertices, faces, positions, indices } = readMesh(values['--mesh-file']);
      const header = [
        ...[
          'ply',
          'format binary_little_endian 1.0',
          'comment TextureFile textured0.png',
          `element vertex ${vertices}`,
        ],
        ...['property float x', 'property float y', 'property float z', `element face ${faces}`],
        ...['property list uchar int vertex_indices', 'property list uchar float texcoord', 'end_header\n'],
      ].join('\n');
      // Every tenth face is seen by no photo: one point of the texture.
      const uvs = [0.1, 0.9, 0.9, 0.9, 0.1, 0.1];
      const parts = [Buffer.from(header), positions];
      for (let face = 0; face < faces; face++) {
        const own = face % 10 === 0 ? uvs.map(() => 0.5) : uvs;
        parts.push(
          indices.subarray(face * 13, face * 13 + 13),
          Buffer.of(6),
          Buffer.from(Float32Array.from(own).buffer),
        );
      }
      const folder = dirname(values['--output-file']);
      writeFileSync(join(folder, 'textured.ply'), Buffer.concat(parts));
      writeFileSync(join(folder, 'textured0.png'), isGarbage ? 'garbage' : png());
    },
  },
};
