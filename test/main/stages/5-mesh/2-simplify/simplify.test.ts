import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { selectFaces } from '#main/geometry/mesh/select-faces.js';
import { meshTopology } from '#main/geometry/mesh/topology.js';
import { Random } from '#main/geometry/random.js';
import { SIMPLIFY_DEFAULTS, SIMPLIFY_STAGE } from '#main/stages/5-mesh/2-simplify/simplify.js';
import { mendMesh, simplifyMesh } from '#main/stages/5-mesh/2-simplify/simplify-mesh.js';
import type { Mesh } from '#shared/scene/mesh.js';
import { box, bumpySphere, joined, meshVolume } from '../../../geometry/mesh/shapes.js';
import { stageContext } from '../../stage-context.js';

const topologyByPosition = (mesh: Mesh) => meshTopology(joined(mesh));

describe('simplifyMesh', () => {
  it.each([20_000, 2_000, 200, 20])('reaches %i triangles, closed, without touching the shape much', async (target) => {
    const dense = bumpySphere(120, 0.1, 5);
    const mesh = await simplifyMesh(dense, target);
    const topology = topologyByPosition(mesh);
    expect(topology.triangles).toBeLessThanOrEqual(target);
    expect(topology.triangles).toBeGreaterThan(0.8 * target);
    expect(topology.isClosed).toBe(true);
    expect(topology.vertices).toBe(mesh.positions.length / 3);
    if (target >= 200) expect(Math.abs(meshVolume(mesh) / meshVolume(dense) - 1)).toBeLessThan(0.04);
  });

  it('holds the target for thousands of separate pieces, keeping some whole', async () => {
    const pieces = Array.from({ length: 2000 }, (_, i) => {
      const [x, y, z] = [i % 13, Math.floor(i / 13) % 13, Math.floor(i / 169)];
      return box([2 * x, 2 * y, 2 * z], [2 * x + 1, 2 * y + 1, 2 * z + 1]);
    });
    const mesh = await simplifyMesh(joined(...pieces), 5000);
    expect(mesh.indices.length / 3).toBeLessThanOrEqual(5000);
    expect(mesh.indices.length / 3).toBeGreaterThan(2500);
    expect(topologyByPosition(mesh).nonManifoldEdges).toBe(0);
  });

  it('keeps an open boundary where it is', async () => {
    const sphere = bumpySphere(100, 0, 5);
    const open = selectFaces(sphere, (face) => sphere.positions[3 * sphere.indices[3 * face]! + 2]! < 0.001);
    const mesh = await simplifyMesh(open, 1000);
    expect(meshTopology(mesh).boundaryEdges).toBeGreaterThan(8);
    const highest = mesh.positions.reduce((high, z, i) => (i % 3 === 2 ? Math.max(high, z) : high), -1);
    expect(Math.abs(highest)).toBeLessThan(0.05);
  });
});

describe('mendMesh', () => {
  it.each([1, 2, 3, 4, 5])('makes any soup of triangles manifold (seed %i)', (seed) => {
    const random = new Random(seed);
    const positions = Float32Array.from({ length: 60 }, () => random.uniform());
    const indices = Uint32Array.from({ length: 300 * seed }, () => random.below(20));
    const mended = mendMesh({ positions, indices });
    expect(topologyByPosition(mended).nonManifoldEdges).toBe(0);
    expect(mended.indices.length).toBeGreaterThan(0);
  });
});

describe('simplify', () => {
  let context: Awaited<ReturnType<typeof stageContext>>;
  beforeEach(async () => {
    context = await stageContext('simplify');
  });
  afterEach(() => context.close());

  it('writes a mesh at the target, with small holes filled, and says what it is', async () => {
    const sphere = bumpySphere(80, 0.05, 9);
    const withHole = selectFaces(sphere, (face) => face !== 5000 && face !== 5001);
    const dense = await context.folder.writeArrays('dense.bin', { meta: {}, arrays: { ...withHole } });
    const output = await SIMPLIFY_STAGE.run({ mesh: dense }, { ...SIMPLIFY_DEFAULTS, maxTriangles: 3000 }, context);
    expect(output.report).toMatchObject({ filledHoles: 1, isClosed: true, components: 1, nonManifoldEdges: 0 });
    const { arrays } = await context.folder.readArrays<Pick<Mesh, keyof Mesh>>(output.mesh);
    expect(arrays.indices.length / 3).toBe(output.report.triangles);
    expect(output.report.triangles).toBeLessThanOrEqual(3000);
  });

  it('reports MESH_EMPTY for a mesh of degenerate triangles', async () => {
    const arrays = { positions: new Float32Array(9), indices: Uint32Array.of(0, 1, 2) };
    const mesh = await context.folder.writeArrays('dense.bin', { meta: {}, arrays });
    await expect(SIMPLIFY_STAGE.run({ mesh }, SIMPLIFY_DEFAULTS, context)).rejects.toMatchObject({
      code: 'MESH_EMPTY',
    });
  });
});
