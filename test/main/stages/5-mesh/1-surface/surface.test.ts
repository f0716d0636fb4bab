import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { faceComponents, meshTopology } from '#main/geometry/mesh/topology.js';
import { SURFACE_STAGE } from '#main/stages/5-mesh/1-surface/surface.js';
import { SURFACE_DEFAULTS, type SurfaceOptions } from '#main/stages/5-mesh/1-surface/surface-options.js';
import type { DensePoints } from '#shared/scene/dense-points.js';
import type { Mesh } from '#shared/scene/mesh.js';
import type { View } from '#shared/scene/view.js';
import { stageContext } from '../../stage-context.js';
import { ringViews, type SignedDistance, samplePoints, sphere, torusWithRod, writeCapture } from '../sampled-shape.js';

let context: Awaited<ReturnType<typeof stageContext>>;
beforeEach(async () => {
  context = await stageContext('surface');
});
afterEach(() => context.close());

const aroundObject = ringViews(10, [-50, -15, 20, 60], 4);
const noisy = { perView: 900, noisePx: 0.5, outlierShare: 0.02 };

async function surfaceOf(
  points: DensePoints,
  views: readonly View[],
  { masks, options = SURFACE_DEFAULTS }: { masks?: SignedDistance; options?: SurfaceOptions } = {},
): Promise<Mesh> {
  const capture = await writeCapture(context.folder, points, views, masks);
  const photos = views.map(({ photoId }) => (masks ? { photoId, maskPath: 'given' } : { photoId }));
  const output = await SURFACE_STAGE.run({ ...capture, photos }, options, context);
  const { arrays } = await context.folder.readArrays<Pick<Mesh, keyof Mesh>>(output.mesh);
  return arrays;
}

/** Mean, over vertices, of the distance to the shape. */
function meanError(mesh: Mesh, shape: SignedDistance): number {
  const { positions } = mesh;
  let sum = 0;
  for (let i = 0; i < positions.length; i += 3) {
    sum += Math.abs(shape(positions[i]!, positions[i + 1]!, positions[i + 2]!));
  }
  return (3 * sum) / positions.length;
}

/** Areas of the projection along z of the faces that face up and down. */
function areasByFacing({ positions, indices }: Mesh): { up: number; down: number } {
  const areas = { up: 0, down: 0 };
  for (let i = 0; i < indices.length; i += 3) {
    const [a, b, c] = [3 * indices[i]!, 3 * indices[i + 1]!, 3 * indices[i + 2]!];
    const area =
      ((positions[b]! - positions[a]!) * (positions[c + 1]! - positions[a + 1]!) -
        (positions[b + 1]! - positions[a + 1]!) * (positions[c]! - positions[a]!)) /
      2;
    areas[area > 0 ? 'up' : 'down'] += Math.abs(area);
  }
  return areas;
}

const PIXEL = 3 / 300; // at the nearest surface of the unit sphere seen from distance 4

describe('surface', () => {
  it('makes a closed sphere of noisy points with outliers (seed 21)', async () => {
    const mesh = await surfaceOf(samplePoints(sphere, aroundObject, { seed: 21, ...noisy }), aroundObject);
    const topology = meshTopology(mesh);
    expect(topology.isClosed).toBe(true);
    expect(topology.components).toBe(1);
    expect(topology.vertices - topology.triangles / 2).toBe(2); // Euler characteristic: no handles
    expect(meanError(mesh, sphere)).toBeLessThan(0.3 * PIXEL);
  });

  it('keeps the hole of a torus, and rods of a few pixels (seed 22)', async () => {
    const points = samplePoints(torusWithRod, aroundObject, {
      seed: 22,
      perView: 2500,
      noisePx: 0.25,
      outlierShare: 0,
    });
    const options = { ...SURFACE_DEFAULTS, merge: { ...SURFACE_DEFAULTS.merge, mergeDistancePx: 1.5 } };
    const mesh = await surfaceOf(points, aroundObject, { options });
    expect(meshTopology(mesh).nonManifoldEdges).toBe(0);
    expect(meanError(mesh, torusWithRod)).toBeLessThan(0.5 * PIXEL);
    const hasVertexNear = (x: number, y: number, z: number) => {
      for (let i = 0; i < mesh.positions.length; i += 3) {
        const distance = Math.hypot(mesh.positions[i]! - x, mesh.positions[i + 1]! - y, mesh.positions[i + 2]! - z);
        if (distance < 0.08) return true;
      }
      return false;
    };
    for (let z = -0.75; z <= 0.75; z += 0.05) expect(hasVertexNear(0, 0, z), `rod at z = ${z}`).toBe(true);
    for (let x = 0.1; x <= 0.4; x += 0.05) expect(hasVertexNear(x, 0, 0), `spoke at x = ${x}`).toBe(true);
    expect(hasVertexNear(0.25, 0.25, 0)).toBe(false);
  });

  it('leaves a plane open that is seen from one side (seed 23)', async () => {
    const views = ringViews(8, [50, 70], 4);
    const plane: SignedDistance = (x, y, z) => Math.max(z, Math.abs(x) - 1, Math.abs(y) - 1, -z - 0.01);
    const mesh = await surfaceOf(samplePoints(plane, views, { seed: 23, ...noisy, outlierShare: 0 }), views);
    const topology = meshTopology(mesh);
    expect(topology.boundaryEdges).toBeGreaterThan(20);
    expect(topology.components).toBe(1);
    const { up, down } = areasByFacing(mesh);
    expect(up).toBeGreaterThan(3.9);
    expect(down).toBeLessThan(0.15); // overhangs of the noise; a false back would be 4
    expect(meanError(mesh, (_x, _y, z) => z)).toBeLessThan(0.5 * PIXEL);
  });

  it('carves with masks what the points alone do not say (seed 24)', async () => {
    const ground: SignedDistance = (x, y, z) => Math.max(z + 1, Math.hypot(x, y) - 2.5, -z - 1.1);
    const scene: SignedDistance = (x, y, z) => Math.min(sphere(x, y, z), ground(x, y, z));
    const views = ringViews(7, [15, 50], 4);
    const points = samplePoints(scene, views, { seed: 24, ...noisy, outlierShare: 0 });
    const lowest = (mesh: Mesh) =>
      mesh.positions.reduce((low, z, i) => (i % 3 === 2 ? Math.min(low, z) : low), Infinity);
    const widest = (mesh: Mesh) => {
      let radius = 0;
      for (let i = 0; i < mesh.positions.length; i += 3) {
        radius = Math.max(radius, Math.hypot(mesh.positions[i]!, mesh.positions[i + 1]!));
      }
      return radius;
    };
    expect(widest(await surfaceOf(points, views))).toBeGreaterThan(2);
    const carved = await surfaceOf(points, views, { masks: sphere });
    expect(widest(carved)).toBeLessThan(1.1);
    expect(lowest(carved)).toBeGreaterThan(-1.2);
  });

  it('cuts nothing where the masks of a few views have holes (seed 27)', async () => {
    const views = ringViews(7, [-30, 15, 50], 4);
    const points = samplePoints(sphere, views, { seed: 27, ...noisy, outlierShare: 0 });
    const capture = await writeCapture(context.folder, points, views, sphere);
    for (const view of capture.views.slice(0, 4)) {
      const { meta, arrays } = await context.folder.readArrays(view.file);
      const mask = (arrays.mask as Uint8Array).map((value, i) => (i % view.width < view.width / 2 ? 0 : value));
      await context.folder.writeArrays(`view-${view.photoId}.bin`, { meta, arrays: { ...arrays, mask } });
    }
    const photos = views.map(({ photoId }) => ({ photoId, maskPath: 'given' }));
    const output = await SURFACE_STAGE.run({ ...capture, photos }, SURFACE_DEFAULTS, context);
    const { arrays: mesh } = await context.folder.readArrays<Pick<Mesh, keyof Mesh>>(output.mesh);
    expect(meshTopology(mesh).isClosed).toBe(true);
    expect(meanError(mesh, sphere)).toBeLessThan(0.3 * PIXEL);
  });

  it('removes islands (seed 25)', async () => {
    const islands: SignedDistance = (x, y, z) => Math.min(sphere(x, y, z), Math.hypot(x - 1.4, y, z) - 0.06);
    const points = samplePoints(islands, aroundObject, { seed: 25, perView: 1500, noisePx: 0.25, outlierShare: 0 });
    const mesh = await surfaceOf(points, aroundObject);
    expect(faceComponents(mesh.indices, mesh.positions.length / 3).count).toBe(1);
    expect(mesh.positions.reduce((far, x, i) => (i % 3 === 0 ? Math.max(far, x) : far), 0)).toBeLessThan(1.1);
    const { cleaning } = SURFACE_DEFAULTS;
    const options = { ...SURFACE_DEFAULTS, cleaning: { ...cleaning, minIslandShare: 0.0005 } };
    const both = await surfaceOf(points, aroundObject, { options });
    expect(faceComponents(both.indices, both.positions.length / 3).count).toBe(2);
  });

  it('gives the same bytes with one worker and with three (seed 26)', async () => {
    const points = samplePoints(torusWithRod, aroundObject, { seed: 26, ...noisy });
    const first = await surfaceOf(points, aroundObject);
    await context.close();
    context = await stageContext('surface', 1);
    expect(await surfaceOf(points, aroundObject)).toEqual(first);
    await context.close();
    context = await stageContext('surface', 3);
    expect(await surfaceOf(points, aroundObject)).toEqual(first);
  });

  it('reports MESH_EMPTY for points in one plane, and for none', async () => {
    const none = samplePoints(() => 1, aroundObject, { seed: 1, ...noisy });
    await expect(surfaceOf(none, aroundObject)).rejects.toMatchObject({ code: 'MESH_EMPTY' });
    const points = samplePoints(sphere, aroundObject, { seed: 1, ...noisy });
    const flat = { ...points, positions: points.positions.map((x, i) => (i % 3 === 2 ? 0 : x)) };
    await expect(surfaceOf(flat, aroundObject)).rejects.toMatchObject({ code: 'MESH_EMPTY' });
  });
});
