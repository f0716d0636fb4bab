import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type QaReport, QaReportSchema } from '#shared/pipeline/qa-report.js';
import { STAGE_IDS } from '#shared/pipeline/stages.js';
import { type Capture, makeCapture } from '#synthetic/make-capture.js';
import { eventsOf, runAtlas, startAtlas } from '../main/cli/run-atlas.js';
import { compareCameras } from './compare-cameras.js';
import { compareSurfaces } from './compare-surfaces.js';

const CAPTURE = { photos: 12, sizePx: 512, seed: 5 } as const;
const LONG = 300_000;

let folder: string;
let capture: Capture;
/** The run that the others are compared with. */
let first: string;

const argumentsFor = (out: string, ...options: string[]) => {
  return ['reconstruct', capture.images, '--out', out, '--tier', 'preview', '--json', ...options];
};
const reportOf = async (out: string): Promise<QaReport> =>
  QaReportSchema.parse(JSON.parse(await readFile(join(out, 'qa.json'), 'utf8')));
const hashOf = async (path: string) =>
  createHash('sha256')
    .update(await readFile(path))
    .digest('hex');

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'atlas-e2e-'));
  capture = await makeCapture(join(folder, 'capture'), CAPTURE, { threads: 2 });
  first = join(folder, 'first');
  const result = await runAtlas(argumentsFor(first, '--threads', '2'));
  expect(result.stderr).toBe('');
  expect(result.code).toBe(0);
}, LONG);
afterAll(() => rm(folder, { recursive: true, force: true }));

describe(`atlas reconstruct on ${CAPTURE.photos} synthetic photos, seed ${CAPTURE.seed}`, () => {
  it('writes all files for people and a report that fits its schema', async () => {
    const files = ['model.glb', 'qa.json', 'report.html', 'preview.png', 'dense.ply', 'log.ndjson'];
    for (const name of [...files, 'sparse/cameras.txt', 'sparse/images.txt', 'sparse/points3D.txt']) {
      expect(existsSync(join(first, name)), name).toBe(true);
    }
    const report = await reportOf(first);
    expect(report.status).toBe('done');
    expect(report.stages.map(({ stage }) => stage)).toEqual([...STAGE_IDS]);
    expect(report.photos).toMatchObject({ given: CAPTURE.photos, used: CAPTURE.photos, leftOut: 0 });
    expect(report.validator).toMatchObject({ errors: 0, warnings: 0 });
    expect(report.mesh?.triangles).toBeLessThanOrEqual(25_000);
    expect(report.mesh).toMatchObject({ degenerateTriangles: 0 });
    // Parts that touch in a point or edge: allowed, but rare.
    expect(report.mesh?.nonManifoldEdges).toBeLessThan(25);
    expect(report.model?.sha256).toBe(await hashOf(join(first, 'model.glb')));
  });

  it('finds the cameras', async () => {
    const difference = await compareCameras(join(first, 'sparse'), capture.truth);
    expect(difference.photos).toBe(CAPTURE.photos);
    expect(difference.medianRotationDeg).toBeLessThan(0.2);
    expect(difference.distanceSpread).toBeLessThan(0.01);
  });

  it('finds the surface, and it looks like the photos', async () => {
    const report = await reportOf(first);
    const difference = await compareSurfaces(first, report.model?.modelToGlb ?? [], {
      cameras: capture.truth,
      ply: join(capture.truth, 'scene-seen.ply'),
    });
    // Measured: 0.0008, 0.82, 0.99, 21.1 dB, 0.57. The pictures include the room, which few of so few photos see.
    expect(difference.medianAccuracy).toBeLessThan(0.002);
    expect(difference.recall).toBeGreaterThan(0.7);
    expect(difference.precision).toBeGreaterThan(0.9);
    expect(report.views?.meanPsnrDb).toBeGreaterThan(19);
    expect(report.views?.meanCoverage).toBeGreaterThan(0.3);
  });

  it(
    'gives the same bytes again with one worker',
    async () => {
      const again = join(folder, 'one worker');
      expect((await runAtlas(argumentsFor(again, '--threads', '1'))).code).toBe(0);
      for (const name of ['model.glb', 'preview.png', 'dense.ply', 'sparse/images.txt', 'sparse/points3D.txt']) {
        expect(await hashOf(join(again, name)), name).toBe(await hashOf(join(first, name)));
      }
    },
    LONG,
  );

  it(
    'gives the same bytes after kill -9 in every stage, each followed by the same command',
    async () => {
      const killed = join(folder, 'killed');
      for (const stage of STAGE_IDS) await killInStage(argumentsFor(killed, '--threads', '2'), stage);
      const last = await runAtlas(argumentsFor(killed, '--threads', '2'));
      expect(last.code).toBe(0);
      const cached = eventsOf(last).filter(({ type, cached }) => type === 'stage-finished' && cached === true);
      expect(cached.length).toBeGreaterThanOrEqual(STAGE_IDS.length - 1);
      expect(await hashOf(join(killed, 'model.glb'))).toBe(await hashOf(join(first, 'model.glb')));
      expect(await hashOf(join(killed, 'dense.ply'))).toBe(await hashOf(join(first, 'dense.ply')));
    },
    LONG,
  );

  it(
    'crops, turns and scales exactly as asked for, and computes the export alone',
    async () => {
      const out = join(folder, 'edited');
      await cp(first, out, { recursive: true });
      const whole = await reportOf(first);
      const [width, height, depth] = whole.model?.sizeInGlb ?? [];
      const scale = 0.2;
      const edits = ['--crop', '0,0.4,0,0.6,0.5,0.4', '--turn', '0,90,0', '--scale', String(scale)];
      expect(recomputed(eventsOf(await runAtlas(argumentsFor(out, ...edits))))).toEqual(['export']);
      const edited = await reportOf(out);
      expect(edited.options).toMatchObject({ scale, crop: { center: [0, 0.4, 0], size: [0.6, 0.5, 0.4] } });
      expect(edited.validator).toMatchObject({ errors: 0, warnings: 0 });
      expect(edited.model).toMatchObject({ scaleKnown: true, turned: true, crop: { cutClean: true } });
      expect(edited.mesh?.triangles).toBeLessThan(whole.mesh?.triangles ?? 0);
      // Metres per unit of the frame that the box is given in; the turn by 90 degrees about y exchanges width and depth.
      const metres = scale / Math.cbrt(determinantOf(whole.model?.modelToGlb ?? []));
      const [x = 0, y = 0, z = 0] = edited.model?.sizeInGlb ?? [];
      expect(x / metres).toBeLessThanOrEqual(0.4 + 1e-5);
      expect(y / metres).toBeLessThanOrEqual(0.5 + 1e-5);
      expect(z / metres).toBeLessThanOrEqual(0.6 + 1e-5);
      expect(Math.cbrt(determinantOf(edited.model?.modelToGlb ?? []))).toBeCloseTo(scale, 12);
      const again = join(folder, 'edited again');
      await cp(first, again, { recursive: true });
      await runAtlas(argumentsFor(again, ...edits, '--threads', '1'));
      expect(await hashOf(join(again, 'model.glb'))).toBe(await hashOf(join(out, 'model.glb')));
      // Without the edits it is the first model again.
      expect(recomputed(eventsOf(await runAtlas(argumentsFor(out))))).toEqual(['export']);
      expect(await hashOf(join(out, 'model.glb'))).toBe(await hashOf(join(first, 'model.glb')));
      expect(Math.max(width ?? 0, height ?? 0, depth ?? 0)).toBeCloseTo(1, 6);
    },
    LONG,
  );

  it(
    'computes only what depends on a changed option, and nothing when the photos have moved',
    async () => {
      const moved = join(folder, 'moved photos');
      await cp(capture.images, moved, { recursive: true });
      const out = join(folder, 'changed');
      await cp(first, out, { recursive: true });
      const same = eventsOf(await runAtlas(['reconstruct', moved, '--out', out, '--tier', 'preview', '--json']));
      expect(recomputed(same)).toEqual(['import']);
      const smaller = eventsOf(await runAtlas(argumentsFor(out, '--triangles', '5000')));
      expect(recomputed(smaller)).toEqual(['import', 'simplify', 'texture', 'export']);
      expect((await reportOf(out)).mesh?.triangles).toBeLessThanOrEqual(5000);
      expect(await readdir(out)).not.toContain('lock.json');
    },
    LONG,
  );
});

function recomputed(events: ReturnType<typeof eventsOf>): unknown[] {
  return events.filter(({ type, cached }) => type === 'stage-finished' && cached === false).map(({ stage }) => stage);
}

/** Runs until a while after the stage has begun, then kills without a warning. A stage that is quick may have ended by then. */
async function killInStage(args: readonly string[], stage: string): Promise<void> {
  const { child, ended } = startAtlas(args);
  let text = '';
  child.stdout?.on('data', (data: Buffer) => {
    const before = text;
    text += data.toString();
    const start = `{"type":"stage-started","stage":"${stage}"}`;
    if (text.includes(start) && !before.includes(start)) setTimeout(() => child.kill('SIGKILL'), 150);
  });
  await ended;
}

/** Of the linear part of a 4x4 matrix, row-major. */
function determinantOf(M: readonly number[]): number {
  const at = (row: number, column: number) => M[row * 4 + column] ?? 0;
  return [0, 1, 2].reduce((sum, column) => {
    const [next, last] = [(column + 1) % 3, (column + 2) % 3];
    return sum + at(0, column) * (at(1, next) * at(2, last) - at(1, last) * at(2, next));
  }, 0);
}
