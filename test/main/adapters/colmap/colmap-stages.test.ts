import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { colmapDense } from '#main/adapters/colmap/colmap-dense.js';
import { findColmap } from '#main/adapters/colmap/colmap-program.js';
import { colmapSparse } from '#main/adapters/colmap/colmap-sparse.js';
import type { ToolPlace } from '#main/adapters/tools/tool-command.js';
import { SILENT_LOG } from '#main/logging/log.js';
import { startDocker } from '../../../containers/docker-daemon.js';
import { SCRIPT_FILES } from '../../../containers/import-image.js';
import { standInGpu } from '../../../containers/stand-in-gpu.js';
import { stageContext } from '../../stages/stage-context.js';
import { type SmallScene, smallScene } from './small-scene.js';

const STAND_IN = fileURLToPath(new URL('stand-in-colmap.mjs', import.meta.url));
const OPTIONS = fileURLToPath(new URL('../../../fixtures/colmap/options.json', import.meta.url));
const SPARSE_STEPS = ['feature_extractor', 'exhaustive_matcher', 'mapper'];
const DENSE_STEPS = ['image_undistorter', 'patch_match_stereo', 'stereo_fusion'];
const docker = await startDocker();

let bin: string;
let image: string | undefined;
beforeAll(async () => {
  bin = await mkdtemp(join(tmpdir(), 'atlas-bin-'));
  await writeFile(join(bin, 'colmap'), `#!/bin/sh\nexec "${process.execPath}" "${STAND_IN}" "$@"\n`);
  await chmod(join(bin, 'colmap'), 0o755);
  // Where the stand-in, seen from its place in the container, looks for them.
  const files = { ...SCRIPT_FILES, '/opt/colmap/colmap': STAND_IN, '/fixtures/colmap/options.json': OPTIONS };
  image = await docker?.importImage('atlas-test/stand-in-colmap:1', {
    ...{ files, env: [`STAND_IN_COLMAP='{"hasCuda":true}'`] },
  });
});
afterAll(async () => {
  await docker?.stop();
  await rm(bin, { recursive: true, force: true });
});

let context: Awaited<ReturnType<typeof stageContext>>;
let scene: SmallScene;
beforeEach(async () => {
  context = await stageContext('mapping');
  scene = await smallScene(context.workspace, context.folder);
  process.env.STAND_IN_MODEL = scene.colmapModel;
  vi.stubEnv('PATH', `${bin}${delimiter}${process.env.PATH}`);
  await standInGpu(bin);
});
afterEach(async () => {
  await context.close();
  vi.unstubAllEnvs();
  delete process.env.STAND_IN_COLMAP;
  delete process.env.STAND_IN_MODEL;
});

const native = (): ToolPlace => ({ kind: 'native', binFolder: bin });
const contained = (): ToolPlace => ({
  ...{ kind: 'container', engine: { kind: 'docker', command: 'docker' } },
  ...{ image: image!, binFolder: '/opt/colmap', job: 'test' },
});
const act = (as: object) => {
  process.env.STAND_IN_COLMAP = JSON.stringify(as);
};
const solve = async (place = native(), signal = context.signal, log = SILENT_LOG) => {
  const colmap = await findColmap(place, context.signal);
  const input = { photos: scene.photos, cameras: scene.cameras, colmap };
  return colmapSparse.run(input, colmapSparse.defaults, { ...context, signal, log });
};
/** As a large set, which the global mapper takes. */
const solveLarge = async (cameras: SmallScene['cameras']) => {
  const input = { photos: scene.photos, cameras, colmap: await findColmap(native(), context.signal) };
  return colmapSparse.run(input, { ...colmapSparse.defaults, globalFromPhotos: 4 }, context);
};
const densify = async (place = native(), signal = context.signal, log = SILENT_LOG) => {
  const colmap = await findColmap(place, context.signal);
  const input = { photos: scene.photos, views: scene.views, model: scene.model, colmap };
  return colmapDense.run(input, colmapDense.defaults, { ...context, signal, log });
};
const calls = async (): Promise<[string, Record<string, string>][]> =>
  (await readFile(context.folder.path('calls.jsonl'), 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as [string, Record<string, string>]);

const { versions } = JSON.parse(await readFile(OPTIONS, 'utf8')) as { versions: string[] };

describe('cameras by COLMAP (played by a stand-in that checks its arguments and files)', () => {
  it.each(versions)('%s: asks as this version wants it and takes its model', async (version) => {
    act({ version, hasCuda: version !== '3.8' });
    const { report, unregistered, warnings } = await solve();
    expect(report).toMatchObject({ registeredCount: 4, pointCount: 40 });
    expect([unregistered, warnings]).toEqual([[], []]);
    const made = await calls();
    expect(made.map(([verb]) => verb)).toEqual(SPARSE_STEPS);
    const group = versions.indexOf(version) < versions.indexOf('3.13') ? 'SiftExtraction' : 'FeatureExtraction';
    expect(made[0]?.[1]).toMatchObject({ [`${group}.use_gpu`]: version === '3.8' ? '0' : '1' });
    expect(made[0]?.[1]['ImageReader.mask_path']).toMatch(/masks$/);
    expect(context.progressSeen.at(-1)).toBe(1);
  });

  describe.each(versions)('%s with CUDA, on a computer without GPU,', (version) => {
    it.each([
      ['few', () => solve()],
      ['many', () => solveLarge(scene.cameras)],
    ] as const)('computes on the processor for %s photos', async (_, solveThem) => {
      await standInGpu(bin, false);
      act({ version, hasCuda: true, hasGpu: false });
      expect((await solveThem()).report.registeredCount).toBe(4);
    });
  });

  it.each(['3.8', '3.9', '3.13', '4.2'])(
    '%s: is told everything, under its own names, also when it is to try harder',
    async (version) => {
      act({ version });
      delete process.env.STAND_IN_MODEL;
      await expect(solve()).rejects.toMatchObject({ code: 'SFM_NO_INITIAL_PAIR' });
      const asked = (await calls()).slice(-3).map(([, options]) => Object.keys(options));
      // Seed, database, images, list, camera (3), masks, GPU, threads, size, contrast; block, guided, error; minima (3).
      expect(asked.map((names) => names.length)).toEqual([12, 7, 8]);
    },
  );

  it.each([
    ['exif-35mm', []],
    ['guess', ['view_graph_calibrator']],
  ] as const)(
    'uses the global mapper for large sets, where the version has it (focal length: %s)',
    async (focalSource, before) => {
      act({ version: '4.0' });
      await solveLarge(scene.cameras.map((camera) => ({ ...camera, focalSource })));
      expect((await calls()).map(([verb]) => verb).slice(2)).toEqual([...before, 'global_mapper']);
    },
  );

  it('gives a photo without mask among others a white one: from 3.12 on COLMAP leaves such a photo out', async () => {
    const { maskPath: _, ...bare } = scene.photos[0]!;
    scene = { ...scene, photos: [bare, ...scene.photos.slice(1)] };
    expect((await solve()).report.registeredCount).toBe(4);
  });

  it('tries from whole photos, then more thoroughly, before it says that no pair was found', async () => {
    delete process.env.STAND_IN_MODEL;
    await expect(solve()).rejects.toMatchObject({ code: 'SFM_NO_INITIAL_PAIR' });
    const made = await calls();
    expect(made.map(([verb]) => verb)).toEqual([...SPARSE_STEPS, ...SPARSE_STEPS, ...SPARSE_STEPS]);
    expect([0, 3, 6].map((at) => 'ImageReader.mask_path' in made[at]![1])).toEqual([true, false, true]);
    expect(made[7]?.[1]).toMatchObject({ 'SiftMatching.guided_matching': '1', 'SiftMatching.max_error': '2' });
  });

  it.each(SPARSE_STEPS)('that dies at %s is a typed error', async (step) => {
    act({ dieAt: step });
    await expect(solve()).rejects.toMatchObject({ code: 'TOOL_FAILED', details: { signal: 'SIGSEGV' } });
  });

  it('that writes a model which cannot be read is a typed error', async () => {
    act({ breakAt: 'mapper' });
    await expect(solve()).rejects.toMatchObject({ code: 'TOOL_OUTPUT_UNREADABLE' });
  });
});

describe('dense points by COLMAP with CUDA (played by the same)', () => {
  it('are those that views confirm and masks let through, with the views that see them', async () => {
    act({ hasCuda: true });
    const { points, report } = await densify();
    const { arrays } = await context.folder.readArrays<{ positions: Float32Array; viewPhotoIds: Uint16Array }>(points);
    expect(scene.unmaskedPoints).toBeLessThan(40);
    expect(report.fused).toBe(scene.unmaskedPoints);
    expect(report.viewsPerPoint).toBe(4);
    expect(arrays.positions).toHaveLength(report.points * 3);
    expect([...arrays.viewPhotoIds.subarray(0, 4)]).toEqual([0, 1, 2, 3]);
    expect((await calls()).map(([verb]) => verb)).toEqual(DENSE_STEPS);
    expect(context.progressSeen.at(-1)).toBe(1);
  });

  it.each(DENSE_STEPS)('that die at %s are a typed error', async (step) => {
    act({ hasCuda: true, dieAt: step });
    await expect(densify()).rejects.toMatchObject({ code: 'TOOL_FAILED' });
  });

  it('without CUDA or unreadable are typed errors too', async () => {
    for (const lacking of [{ hasCuda: false }, { hasCuda: true, hasGpu: false }]) {
      act(lacking);
      await expect(densify()).rejects.toMatchObject({ code: 'TOOL_FAILED', details: { program: 'colmap' } });
    }
    act({ hasCuda: true, breakAt: 'stereo_fusion' });
    await expect(densify()).rejects.toMatchObject({ code: 'TOOL_OUTPUT_UNREADABLE' });
  });
});

/** Aborts as soon as the stand-in says that it hangs. */
function cancelling() {
  const abort = new AbortController();
  const log = {
    ...SILENT_LOG,
    debug: (_: string, fields?: object) => {
      if (JSON.stringify(fields ?? {}).includes('hanging at')) abort.abort(new Error('cancelled by the test'));
    },
  };
  return { signal: abort.signal, log };
}

describe.each([
  ['natively', native, true],
  ['in a real container', contained, docker !== undefined],
] as const)('cancelled %s', (_, place, isPossible) => {
  it.skipIf(!isPossible).each([...SPARSE_STEPS, ...DENSE_STEPS])(
    'at %s leaves neither process nor container',
    async (step) => {
      act({ hasCuda: true });
      await context.folder.write('hang-at', step);
      // A container does not see the test's model: what it hangs at comes before that is needed.
      const { signal, log } = cancelling();
      const run = SPARSE_STEPS.includes(step) ? solve(place(), signal, log) : densify(place(), signal, log);
      await expect(run).rejects.toThrow('cancelled by the test');
      expect(await docker?.containers()).toEqual(docker && []);
      expect(await processesIn(context.workspace)).toEqual([]);
    },
  );
});

/** Command lines that name a folder. */
async function processesIn(folder: string): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
  return lines.filter((line) => line.includes(folder));
}
