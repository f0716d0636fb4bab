import { mkdir, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Random } from '#main/geometry/random.js';
import { reconstruct } from '#main/pipeline/reconstruct.js';
import type { StudioError } from '#shared/errors/studio-error.js';
import type { QaReport } from '#shared/pipeline/qa-report.js';
import type { ReconstructOptionsInput } from '#shared/pipeline/reconstruct-options.js';
import type { RunEvent } from '#shared/pipeline/run-event.js';
import { startDocker } from '../../containers/docker-daemon.js';
import { SCRIPT_FILES } from '../../containers/import-image.js';
import { hasRecorded, recorded } from './recorded.js';

const STAND_INS = fileURLToPath(new URL('stand-ins', import.meta.url));
const MVG = ['SfMInit_ImageListing', 'ComputeFeatures', 'PairGenerator', 'ComputeMatches', 'GeometricFilter', 'SfM']
  .concat(['ComputeSfM_DataColor', 'ConvertSfM_DataFormat', 'openMVG2openMVS'])
  .map((name) => `openMVG_main_${name}`);
const MVS = ['DensifyPointCloud', 'ReconstructMesh', 'RefineMesh', 'TextureMesh'];
/** Some of the 47 that the recorded runs had, in their size. */
const PHOTOS = { count: 8, width: 480, height: 640, seed: 3 };
const OPTIONS: ReconstructOptionsInput = {
  engine: 'openmvg-openmvs',
  tier: 'preview',
  triangles: 3000,
  textureSize: 256,
};
/** With RefineMesh and a normal map. */
const PREMIUM: ReconstructOptionsInput = { ...OPTIONS, tier: 'premium' };
const LONG = 900_000;

let root: string;
const images = () => join(root, 'images');
const masks = () => join(root, 'masks');

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'atlas-openmv-'));
  await mkdir(images());
  await mkdir(masks());
  const random = new Random(PHOTOS.seed);
  const { width, height } = PHOTOS;
  for (let photo = 0; photo < PHOTOS.count; photo++) {
    const data = Uint8Array.from({ length: (width * height * 3) / 64 }, () => random.below(256));
    await sharp(data, { raw: { width: width / 8, height: height / 8, channels: 3 } })
      .resize(width, height)
      .png()
      .toFile(join(images(), `photo ${photo}.png`));
    await sharp({ create: { width, height, channels: 3, background: photo % 2 ? 'white' : '#fefefe' } })
      .toColourspace('b-w')
      .png()
      .toFile(join(masks(), `photo ${photo}.png`));
  }
}, LONG);
afterAll(() => rm(root, { recursive: true, force: true }));

interface Outcome {
  readonly report?: QaReport;
  readonly error?: StudioError;
  readonly events: readonly RunEvent[];
}

async function run(
  folder: string,
  options: ReconstructOptionsInput,
  { signal = new AbortController().signal, withMasks = false } = {},
): Promise<Outcome> {
  const events: RunEvent[] = [];
  const request = { photos: [images()], folder, options, threads: 2, ...(withMasks ? { masks: masks() } : {}) };
  try {
    return { report: await reconstruct(request, { signal, onEvent: (event) => void events.push(event) }), events };
  } catch (error) {
    return { error: error as StudioError, events };
  }
}

const logOf = async (folder: string) =>
  (await readFile(join(folder, 'log.ndjson'), 'utf8').catch(() => ''))
    .split('\n')
    .flatMap((line) => (line === '' ? [] : [JSON.parse(line) as { event: string; program?: string }]));
const startsOf = async (folder: string) =>
  (await logOf(folder)).flatMap(({ event, program }) => (event === 'tool-started' && program ? [program] : []));

/** Aborts a moment after a program has been started for the first time. */
async function abortIn(
  program: string,
  folder: string,
  abort: AbortController,
  end: Promise<unknown>,
): Promise<boolean> {
  let isOver = false;
  void end.finally(() => {
    isOver = true;
  });
  while (!isOver) {
    if ((await startsOf(folder)).includes(program)) {
      await sleep(100);
      abort.abort(new Error('cancelled by the test'));
      return true;
    }
    await sleep(10);
  }
  return false;
}

/** What both ways to run the programs must do; `isQuiet` says that none of them is left. */
function chain(isQuiet: () => Promise<void>): void {
  afterEach(isQuiet);

  it(
    'solves, densifies, builds, simplifies to the budget and paints to the size asked for',
    async () => {
      const folder = join(root, 'whole');
      const { report, error, events } = await run(folder, OPTIONS, { withMasks: true });
      expect(error).toBeUndefined();
      expect(report).toMatchObject({
        status: 'done',
        engines: { sfm: { engine: 'openmvg' }, dense: { engine: 'openmvs', version: expect.stringMatching(/^2/) } },
        photos: { given: PHOTOS.count, used: PHOTOS.count },
        dense: { points: 10_100 },
        mesh: { targetTriangles: 3000, denseTriangles: 20_040, manifold: true },
        texture: { sizePx: 256 },
        validator: { errors: 0 },
      });
      expect(report?.mesh?.triangles).toBeLessThanOrEqual(3000);
      // Every tenth face was painted by no photo.
      expect(report?.texture?.seenShare).toBeGreaterThan(0.85);
      expect(report?.texture?.seenShare).toBeLessThan(0.95);
      expect(report?.stages.map(({ stage }) => stage)).toEqual([
        ...['import', 'mapping', 'views', 'depth', 'fusion', 'surface', 'simplify', 'texture', 'export'],
      ]);
      const noRefinement = MVS.filter((name) => name !== 'RefineMesh');
      expect(await startsOf(folder)).toEqual([...MVG, ...noRefinement]);
      for (const stage of ['mapping', 'depth', 'surface', 'texture']) {
        const seen = events.flatMap((event) =>
          event.type === 'progress' && event.stage === stage ? [event.fraction] : [],
        );
        expect(seen.length, stage).toBeGreaterThan(0);
      }
      const kinds = events.flatMap((event) => (event.type === 'preview' ? [event.event.kind] : []));
      expect(new Set(kinds)).toEqual(new Set(['sparse', 'dense', 'mesh']));
      expect((await readdir(folder)).sort()).toEqual(
        expect.arrayContaining(['dense.ply', 'model.glb', 'preview.png', 'qa.json', 'report.html', 'sparse']),
      );
      // Depth maps, logs and copies of photos are gone.
      expect(await readdir(join(folder, 'work/mapping'))).not.toEqual(
        expect.arrayContaining([expect.stringMatching(/images|whole|matches|solved/)]),
      );
      const left = await readdir(join(folder, 'work/depth'));
      expect(left.filter((name) => /\.(dmap|log)$/.test(name))).toEqual([]);

      const again = await run(folder, OPTIONS, { withMasks: true });
      expect(again.report?.stages.every(({ cached }) => cached)).toBe(true);
    },
    LONG,
  );

  it(
    'a run cancelled in each step leaves nothing behind and goes on where it was',
    async () => {
      const folder = join(root, 'cancelled');
      process.env.STAND_IN_MS = '400';
      for (const program of [...MVG, ...MVS]) {
        const abort = new AbortController();
        const end = run(folder, PREMIUM, { signal: abort.signal });
        const isAborted = await abortIn(program, folder, abort, end);
        const { error } = await end;
        expect([program, isAborted, error?.code]).toEqual([program, true, 'CANCELLED']);
        await isQuiet();
      }
      delete process.env.STAND_IN_MS;
      const { report, error } = await run(folder, PREMIUM);
      expect(error).toBeUndefined();
      expect(report).toMatchObject({ status: 'done', texture: { hasNormalMap: true } });
      // What had ended well was not done again: the list of photos and the steps that were cancelled apart.
      const starts = await startsOf(folder);
      const times = (name: string) => starts.filter((program) => program === name).length;
      expect(times('openMVG_main_ComputeFeatures')).toBe(2);
      expect(times('openMVG_main_GeometricFilter')).toBe(2);
      expect(times('ReconstructMesh')).toBe(2);
    },
    LONG,
  );
}

describe.skipIf(!hasRecorded)(`OpenMVG and OpenMVS on this computer (played by stand-ins), seed ${PHOTOS.seed}`, () => {
  beforeAll(async () => {
    const bin = join(root, 'bin');
    await mkdir(bin);
    for (const name of [...MVG, ...MVS]) await symlink(join(STAND_INS, 'stand-in.mjs'), join(bin, name));
  });
  beforeEach(() => {
    process.env.ATLAS_OPENMVG_FOLDER = join(root, 'bin');
    process.env.ATLAS_OPENMVS_FOLDER = join(root, 'bin');
    process.env.STAND_IN_RECORDED = recorded('');
  });
  afterEach(() => {
    for (const name of [
      'ATLAS_OPENMVG_FOLDER',
      'ATLAS_OPENMVS_FOLDER',
      'STAND_IN_RECORDED',
      'STAND_IN_FAILS',
      'STAND_IN_MS',
      'STAND_IN_OPENMVS',
      'STAND_IN_NEEDS_FEATURES',
    ]) {
      delete process.env[name];
    }
  });

  /** No process of the stand-ins is left. */
  async function isQuiet(): Promise<void> {
    const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
    const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
    expect(lines.filter((line) => line.includes(join(root, 'bin')))).toEqual([]);
  }
  chain(isQuiet);

  it.each([
    ['openMVG_main_SfMInit_ImageListing:nothing', 'TOOL_OUTPUT_UNREADABLE'],
    ['openMVG_main_SfMInit_ImageListing:failures/init-missing-folder', 'TOOL_FAILED'],
    ['openMVG_main_SfMInit_ImageListing:garbage', 'TOOL_OUTPUT_UNREADABLE'],
    ['openMVG_main_ComputeFeatures:SIGSEGV', 'TOOL_FAILED'],
    ['openMVG_main_ComputeFeatures:nothing', 'TOOL_OUTPUT_UNREADABLE'],
    ['openMVG_main_ComputeMatches:SIGKILL', 'TOOL_OUT_OF_MEMORY'],
    ['openMVG_main_SfM:failures/sfm-unrelated', 'SFM_NO_INITIAL_PAIR'],
    ['openMVG_main_ConvertSfM_DataFormat:garbage', 'TOOL_OUTPUT_UNREADABLE'],
    ['openMVG_main_openMVG2openMVS:nothing', 'TOOL_OUTPUT_UNREADABLE'],
    ['DensifyPointCloud:failures/densify-missing-scene', 'TOOL_FAILED'],
    ['DensifyPointCloud:failures/densify-corrupt-scene', 'TOOL_FAILED'],
    ['DensifyPointCloud:memory', 'TOOL_OUT_OF_MEMORY'],
    ['DensifyPointCloud:garbage', 'TOOL_OUTPUT_UNREADABLE'],
    ['ReconstructMesh:garbage', 'TOOL_OUTPUT_UNREADABLE'],
    ['TextureMesh:failures/texture-missing-mesh', 'TOOL_FAILED'],
    ['TextureMesh:garbage', 'TOOL_OUTPUT_UNREADABLE'],
    ['TextureMesh:nothing', 'TOOL_OUTPUT_UNREADABLE'],
  ])(
    '%s becomes %s',
    async (fails, code) => {
      // Steps before the one that fails are done once.
      const folder = join(root, 'failing');
      process.env.STAND_IN_FAILS = fails;
      const { error } = await run(folder, OPTIONS);
      expect(error).toMatchObject({ code, hint: expect.stringMatching(/\w/) });
      if (code === 'TOOL_FAILED')
        expect(error?.details.lastLines).toEqual(expect.arrayContaining([expect.any(String)]));
      await isQuiet();
    },
    LONG,
  );

  it.each([
    // It knows no masks: it is given images that are black outside of them.
    { version: '1.1.1', masked: PHOTOS.count },
    { version: '2.0.1', masked: 0 },
  ])(
    'OpenMVS $version does the same: with masks, in scenes that it reads, and with a refined mesh',
    async ({ version, masked }) => {
      process.env.STAND_IN_OPENMVS = version;
      const folder = join(root, `old ${version}`);
      const { report, error } = await run(folder, PREMIUM, { withMasks: true });
      expect(error).toBeUndefined();
      expect(report).toMatchObject({ status: 'done', mesh: { targetTriangles: 3000 }, validator: { errors: 0 } });
      const left = await readdir(join(folder, 'work/depth'));
      expect(left.filter((name) => /^masked-\d+\.png$/.test(name))).toHaveLength(masked);
    },
    LONG,
  );

  it(
    'exits with code 134 and its last words are told, where a scene is corrupt',
    async () => {
      process.env.STAND_IN_FAILS = 'DensifyPointCloud:failures/densify-corrupt-scene';
      const { error } = await run(join(root, 'corrupt'), OPTIONS);
      expect(error?.details).toMatchObject({ program: 'DensifyPointCloud', exitCode: 134 });
      expect(error?.details.lastLines).toContain("terminate called after throwing an instance of 'std::length_error'");
    },
    LONG,
  );

  it.each([
    ['more features align all', '4', 2, PHOTOS.count],
    ['features beside the object align all', '8', 3, PHOTOS.count],
    ['more features align no more', '9', 3, 4],
  ])(
    'photos that few features align are tried again: %s',
    async (name, needed, attempts, used) => {
      process.env.STAND_IN_NEEDS_FEATURES = needed;
      const folder = join(root, name);
      const { report, events } = await run(folder, { ...OPTIONS, until: 'sfm' }, { withMasks: true });
      expect(report?.photos).toMatchObject({ given: PHOTOS.count, used });
      const starts = await startsOf(folder);
      expect(starts.filter((program) => program === 'openMVG_main_ComputeFeatures')).toHaveLength(attempts);
      const seen = events.flatMap((event) =>
        event.type === 'progress' && event.stage === 'mapping' ? [event.fraction] : [],
      );
      expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    },
    LONG,
  );

  it(
    'paints and solves with the other engines before and after: OpenMVG alone, its second solver, and OpenMVS alone',
    async () => {
      const sparse = await run(join(root, 'global'), { tier: 'preview', sfm: 'openmvg-global', until: 'sfm' });
      expect(sparse.error).toBeUndefined();
      expect(sparse.report?.stages.map(({ stage }) => stage)).toEqual(['import', 'mapping']);
      const model = join(root, 'global', 'sparse');
      const folder = join(root, 'dense');
      const events: RunEvent[] = [];
      const request = { photos: [images()], folder, sparse: model, threads: 2 };
      const options: ReconstructOptionsInput = { ...OPTIONS, engine: 'builtin', dense: 'openmvs' };
      const host = { signal: new AbortController().signal, onEvent: (event: RunEvent) => void events.push(event) };
      const report = await reconstruct({ ...request, options }, host);
      expect(report).toMatchObject({ status: 'done', validator: { errors: 0 } });
      expect(await startsOf(folder)).toEqual(['DensifyPointCloud', 'ReconstructMesh', 'TextureMesh']);
    },
    LONG,
  );
});

const docker = hasRecorded ? await startDocker() : undefined;
afterAll(() => docker?.stop());

describe.skipIf(docker === undefined)(
  'OpenMVG and OpenMVS in containers (played by stand-ins, in a real daemon)',
  () => {
    const importStandIns = (env: readonly string[]) => {
      const link = (folder: string) => (name: string) => [`${folder}/${name}`, '/stand-ins/stand-in.mjs'];
      return docker!.importImage('spedenaave/dpg', {
        files: { ...SCRIPT_FILES, '/stand-ins': STAND_INS, '/recorded': recorded('') },
        links: Object.fromEntries([...MVG.map(link('/opt/openmvg/bin')), ...MVS.map(link('/opt/openmvs/bin/OpenMVS'))]),
        env: ['STAND_IN_RECORDED=/recorded', ...env],
      });
    };
    beforeAll(async () => {
      for (const name of ['whole', 'cancelled', 'failing'])
        await rm(join(root, name), { recursive: true, force: true });
      await importStandIns(['STAND_IN_MS=300']);
    }, LONG);

    const isQuiet = async () => expect(await docker!.containers()).toEqual([]);
    chain(isQuiet);
  },
);
