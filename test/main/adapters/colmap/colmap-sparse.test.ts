import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findProgram } from '#main/adapters/tools/find-program.js';
import { QaReportSchema } from '#shared/pipeline/qa-report.js';
import { type Capture, makeCapture } from '#synthetic/make-capture.js';
import { startDocker } from '../../../containers/docker-daemon.js';
import { compareCameras } from '../../../e2e/compare-cameras.js';
import { eventsOf, runAtlas } from '../../cli/run-atlas.js';

const CAPTURE = { photos: 12, sizePx: 480, seed: 5 } as const;
const LONG = 300_000;
const docker = await startDocker();
afterAll(() => docker?.stop());
const colmap = await findProgram('colmap').catch(() => undefined);
if (colmap === undefined) {
  process.stdout.write('skipped: COLMAP is not installed (test/install-debian-packages.sh installs it)\n');
}

describe.skipIf(colmap === undefined)(`COLMAP on ${CAPTURE.photos} synthetic photos, seed ${CAPTURE.seed}`, () => {
  let folder: string;
  let capture: Capture;
  const out = (name: string) => join(folder, name);
  const solve = (name: string, ...options: string[]) => {
    const common = ['--out', out(name), '--tier', 'preview', '--until', 'sfm', '--threads', '2', '--json'];
    return runAtlas(['reconstruct', capture.images, ...common, ...options]);
  };
  const reportOf = async (name: string) =>
    QaReportSchema.parse(JSON.parse(await readFile(join(out(name), 'qa.json'), 'utf8')));

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'atlas-colmap-'));
    capture = await makeCapture(join(folder, 'capture'), CAPTURE, { threads: 2 });
  }, LONG);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it(
    'finds the cameras that are true and that the built-in engine finds, and tells its progress',
    async () => {
      const byColmap = await solve('colmap', '--engine', 'colmap');
      expect(byColmap.stderr).toBe('');
      expect(byColmap.code).toBe(0);
      const progress = eventsOf(byColmap).filter((event) => event.type === 'progress' && event.stage === 'mapping');
      expect(progress.length).toBeGreaterThan(5);
      const report = await reportOf('colmap');
      expect(report.stages.map(({ stage }) => stage)).toEqual(['import', 'mapping']);
      expect(report.photos).toMatchObject({ given: CAPTURE.photos, used: CAPTURE.photos, leftOut: 0 });
      expect(report.options.engine).toBe('colmap');

      expect((await solve('builtin')).code).toBe(0);
      for (const other of [capture.truth, join(out('builtin'), 'sparse')]) {
        const difference = await compareCameras(join(out('colmap'), 'sparse'), other);
        expect(difference.photos).toBe(CAPTURE.photos);
        expect(difference.medianRotationDeg).toBeLessThan(0.3);
        expect(difference.distanceSpread).toBeLessThan(0.015);
      }
    },
    LONG,
  );

  it(
    'goes on with the built-in stages to a textured model',
    async () => {
      const model = await runAtlas([
        ...['reconstruct', capture.images, '--out', out('colmap'), '--tier', 'preview', '--threads', '2', '--json'],
        ...['--engine', 'colmap', '--triangles', '5000', '--texture-size', '512'],
      ]);
      expect(model.code).toBe(0);
      const { stages, views } = await reportOf('colmap');
      expect(stages.find(({ stage }) => stage === 'mapping')?.cached).toBe(true);
      expect(stages.at(-1)?.stage).toBe('export');
      expect(views?.meanPsnrDb).toBeGreaterThan(20);
    },
    LONG,
  );

  it(
    'aligns all photos with masks too, though neighbours share few features of the object',
    async () => {
      const masked = await solve('masked', '--engine', 'colmap', '--masks', capture.masks);
      expect(masked.code, masked.stderr).toBe(0);
      const { photos, warnings } = await reportOf('masked');
      expect(photos).toMatchObject({ given: CAPTURE.photos, used: CAPTURE.photos });
      expect(warnings.map(({ code }) => code)).toContain('MASK_FEW_FEATURES');
      const difference = await compareCameras(join(out('masked'), 'sparse'), capture.truth);
      expect(difference.photos).toBe(CAPTURE.photos);
      expect(difference.medianRotationDeg).toBeLessThan(0.3);
      expect(difference.distanceSpread).toBeLessThan(0.015);
    },
    LONG,
  );

  it.skipIf(docker === undefined)(
    'does the same in a container that holds nothing but COLMAP, and leaves no container',
    async () => {
      const image = await docker!.importImage('atlas-test/colmap:3.8', {
        files: { '/usr/bin/colmap': colmap!, ...(await qtPlatformFiles()) },
      });
      process.env.ATLAS_COLMAP_IMAGE = image;
      try {
        const contained = await solve('contained', '--engine', 'colmap');
        expect(contained.stderr).toBe('');
        expect(contained.code).toBe(0);
      } finally {
        delete process.env.ATLAS_COLMAP_IMAGE;
      }
      expect(await docker!.containers()).toEqual([]);
      const difference = await compareCameras(join(out('contained'), 'sparse'), join(out('colmap'), 'sparse'));
      expect(difference.photos).toBe(CAPTURE.photos);
      expect(difference.medianRotationDeg).toBeLessThan(0.3);
      expect(difference.distanceSpread).toBeLessThan(0.015);
    },
    LONG,
  );

  it(
    'gives a model that can be imported as the sparse stage',
    async () => {
      const sparse = join(out('colmap'), 'sparse');
      const imported = await solve('imported', '--sparse', sparse);
      expect(imported.stderr).toBe('');
      expect(imported.code).toBe(0);
      const difference = await compareCameras(join(out('imported'), 'sparse'), sparse);
      expect(difference.photos).toBe(CAPTURE.photos);
      expect(difference.medianRotationDeg).toBeLessThan(1e-5);
      expect(difference.distanceSpread).toBeLessThan(1e-9);
      const [first, second] = [await reportOf('colmap'), await reportOf('imported')];
      expect(second.sparse?.points).toBe(first.sparse?.points);
      expect(second.sparse?.cameras[0]?.focalSource).toBe('given');
    },
    LONG,
  );
});

/** Qt looks for its platform at run time: no list of libraries names it. */
async function qtPlatformFiles(): Promise<Record<string, string>> {
  const { stdout } = await execa('ldd', [colmap!]);
  const folder = dirname(/=> (\S*libQt5Core\S*)/.exec(stdout)?.[1] ?? '/usr/lib/libQt5Core.so');
  const plugin = join(folder, 'qt5/plugins/platforms/libqoffscreen.so');
  return existsSync(plugin) ? { [plugin]: plugin } : {};
}
