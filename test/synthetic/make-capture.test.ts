import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ExifReader from 'exifreader';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CAPTURE_DEFAULTS, defaultLens } from '#synthetic/capture-options.js';
import { makeCapture } from '#synthetic/make-capture.js';
import { extractMesh } from '#synthetic/objects/extract-mesh.js';
import { makeObject } from '#synthetic/objects/make-object.js';
import { lookAt, photograph, rayThrough } from '#synthetic/true-camera.js';

const TINY = { photos: 3, sizePx: 160, supersampling: 1 } as const;

describe('a capture', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'atlas-synthetic-'));
    await makeCapture(join(folder, 'a'), TINY, { threads: 2 });
    await makeCapture(join(folder, 'b'), TINY, { threads: 1 });
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('is the same, byte for byte, on 1 and 2 workers', async () => {
    for (const part of ['images', 'masks', 'gt']) {
      const names = await readdir(join(folder, 'a', part));
      expect(names.length).toBeGreaterThanOrEqual(3);
      for (const name of names) {
        const hash = async (run: string) =>
          createHash('sha256')
            .update(await readFile(join(folder, run, part, name)))
            .digest('hex');
        expect(await hash('b'), name).toBe(await hash('a'));
      }
    }
  });

  test('has the EXIF of a camera and the size that was asked for', async () => {
    const bytes = await readFile(join(folder, 'a', 'images', 'photo-001.jpg'));
    const { exif } = ExifReader.load(new Uint8Array(bytes).buffer, { expanded: true });
    expect(exif?.FocalLengthIn35mmFilm?.value).toBe(40);
    expect(exif?.Make?.description).toBe('Atlas');
    expect(exif?.DateTimeOriginal?.description).toBe('2026:05:17 10:00:00');
    expect(await sharp(bytes).metadata()).toMatchObject({ width: 160, height: 120 });
  });

  test('has masks that show the object in the middle and nothing of it at the border', async () => {
    const { data, info } = await sharp(join(folder, 'a', 'masks', 'photo-001.png'))
      .raw()
      .toBuffer({ resolveWithObject: true });
    const white = (x: number, y: number) => data[(y * info.width + x) * info.channels] === 255;
    expect(white(80, 60)).toBe(true);
    for (let x = 0; x < info.width; x++) expect(white(x, 0) || white(x, info.height - 1)).toBe(false);
  });
});

test('a pixel and the ray through it belong together, distortion included (1e-9 px)', () => {
  const lens = { ...defaultLens(1000), k1: -0.08, k2: 0.03 };
  const camera = lookAt(lens, [2, 1.5, 1], [0, 0.1, 0.4], 0.1);
  const [ray, pixel] = [new Float64Array(3), new Float64Array(3)];
  for (const [u, v] of [
    [0, 0],
    [1000, 750],
    [503, 373],
    [120.5, 700.25],
  ] as const) {
    rayThrough(camera, u, v, ray);
    const [x, y, z] = [0, 1, 2].map((i) => camera.center[i]! + 2.5 * ray[i]!) as [number, number, number];
    photograph(camera, x, y, z, pixel);
    expect(pixel[0]).toBeCloseTo(u, 8);
    expect(pixel[1]).toBeCloseTo(v, 8);
    expect(pixel[2]).toBeCloseTo(2.5, 9);
  }
});

describe.each(['elephant', 'vase'] as const)('the mesh of the %s', (name) => {
  const object = makeObject(name, CAPTURE_DEFAULTS.seed);
  const { positions, indices, normals } = extractMesh(object, 0.02);

  test('lies on the zero set of its distance field', () => {
    let worst = 0;
    const distances: number[] = [];
    for (let v = 0; v < positions.length; v += 3) {
      distances.push(Math.abs(object.distance(positions[v]!, positions[v + 1]!, positions[v + 2]!)));
      worst = Math.max(worst, distances.at(-1)!);
    }
    distances.sort((a, b) => a - b);
    expect(distances[Math.floor(distances.length * 0.9)]).toBeLessThan(5e-4);
    expect(worst).toBeLessThan(0.02);
  });

  test('has no hole in its thin parts at the spacing of a photo set', () => {
    const fine = extractMesh(object, 0.007);
    expect(openEdges(fine.indices, fine.positions.length / 3)).toBe(0);
  });

  test('is in one piece', () => {
    const group = Int32Array.from({ length: positions.length / 3 }, (_, vertex) => vertex);
    const root = (vertex: number): number => {
      let at = vertex;
      while (group[at] !== at) at = group[at] = group[group[at]!]!;
      return at;
    };
    for (let t = 0; t < indices.length; t += 3) {
      for (const k of [1, 2]) group[root(indices[t]!)] = root(indices[t + k]!);
    }
    expect(new Set(Array.from(group, (_, vertex) => root(vertex))).size).toBe(1);
  });

  test('is closed and consistently oriented outwards', () => {
    const edges = new Map<string, number>();
    let agreeing = 0;
    for (let t = 0; t < indices.length; t += 3) {
      const [a, b, c] = [indices[t]!, indices[t + 1]!, indices[t + 2]!];
      for (const [from, to] of [
        [a, b],
        [b, c],
        [c, a],
      ] as const) {
        const key = from < to ? `${from} ${to}` : `${to} ${from}`;
        edges.set(key, (edges.get(key) ?? 0) + (from < to ? 1 : -1));
      }
      const [p, q, r] = [a, b, c].map((vertex) => positions.subarray(vertex * 3, vertex * 3 + 3)) as [
        Float32Array,
        Float32Array,
        Float32Array,
      ];
      const [u, w] = [q.map((value, i) => value - p[i]!), r.map((value, i) => value - p[i]!)] as [
        Float32Array,
        Float32Array,
      ];
      const across = [u[1]! * w[2]! - u[2]! * w[1]!, u[2]! * w[0]! - u[0]! * w[2]!, u[0]! * w[1]! - u[1]! * w[0]!];
      if (across.reduce((sum, value, i) => sum + value * normals[a * 3 + i]!, 0) > 0) agreeing++;
    }
    expect([...edges.values()].filter((balance) => balance !== 0)).toEqual([]);
    expect(agreeing / (indices.length / 3)).toBeGreaterThan(0.97);
  });
});

/** Number of directed edges without their opposite. */
function openEdges(indices: Uint32Array, vertexCount: number): number {
  const open = new Set<number>();
  for (let corner = 0; corner < indices.length; corner++) {
    const from = indices[corner]!;
    const to = indices[corner % 3 === 2 ? corner - 2 : corner + 1]!;
    if (!open.delete(to * vertexCount + from)) open.add(from * vertexCount + to);
  }
  return open.size;
}
