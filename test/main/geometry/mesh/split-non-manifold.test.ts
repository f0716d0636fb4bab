import { describe, expect, it } from 'vitest';
import { fillHoles } from '#main/geometry/mesh/fill-holes.js';
import { flattenSpikes } from '#main/geometry/mesh/flatten-spikes.js';
import { removeDegenerateTriangles } from '#main/geometry/mesh/remove-degenerate-triangles.js';
import { selectFaces } from '#main/geometry/mesh/select-faces.js';
import { smoothMesh } from '#main/geometry/mesh/smooth-mesh.js';
import { splitNonManifold } from '#main/geometry/mesh/split-non-manifold.js';
import { boundaryLoops, faceComponents, meshTopology } from '#main/geometry/mesh/topology.js';
import type { Mesh } from '#shared/scene/mesh.js';
import { box, bumpySphere, joined, meshOf, meshVolume } from './shapes.js';

const unit = box([0, 0, 0], [1, 1, 1]);

/** Vertices at one position are taken as one, as other programs see it. */
const topologyByPosition = (mesh: Mesh) => meshTopology(joined(mesh));

describe('meshTopology', () => {
  it('sees a box as closed and one component', () => {
    expect(meshTopology(unit)).toEqual({
      triangles: 12,
      vertices: 8,
      components: 1,
      boundaryEdges: 0,
      nonManifoldEdges: 0,
      isClosed: true,
    });
  });

  it('counts boundary edges, components, and edges of three triangles or of two that disagree', () => {
    const open = selectFaces(unit, (face) => face > 1);
    expect(meshTopology(open)).toMatchObject({ boundaryEdges: 4, isClosed: false });
    const fin = meshOf(
      [
        [0, 0, 0],
        [1, 0, 0],
        [0, 1, 0],
        [0, -1, 0],
        [0, 0, 1],
      ],
      [
        [0, 1, 2],
        [1, 0, 3],
        [0, 1, 4],
      ],
    );
    expect(meshTopology(fin)).toMatchObject({ nonManifoldEdges: 1, components: 1 });
    const disagreeing = selectFaces({ ...fin, indices: Uint32Array.of(0, 1, 2, 0, 1, 3) }, () => true);
    expect(meshTopology(disagreeing)).toMatchObject({ nonManifoldEdges: 1 });
    expect(faceComponents(joined(unit, box([5, 0, 0], [6, 1, 1])).indices, 16).count).toBe(2);
  });

  it('chains a boundary head to tail', () => {
    const loops = boundaryLoops(selectFaces(unit, (face) => face > 1));
    expect(loops.map((loop) => loop.length)).toEqual([4]);
  });
});

describe('splitNonManifold', () => {
  it('leaves a manifold mesh as it is', () => {
    const { positions, indices } = splitNonManifold(unit);
    expect({ positions, indices }).toEqual({ positions: unit.positions, indices: unit.indices });
  });

  it('separates boxes that touch at an edge, each staying closed', () => {
    const touching = joined(unit, box([1, 1, 0], [2, 2, 1]));
    expect(meshTopology(touching).nonManifoldEdges).toBe(1);
    const split = splitNonManifold(touching);
    expect(topologyByPosition(split)).toMatchObject({ isClosed: true, components: 2, vertices: 16 });
    expect(meshVolume(split)).toBeCloseTo(2, 0);
  });

  it('separates boxes that touch at a corner', () => {
    const touching = joined(unit, box([1, 1, 1], [2, 2, 2]));
    expect(touching.positions.length / 3).toBe(15);
    expect(topologyByPosition(splitNonManifold(touching))).toMatchObject({ isClosed: true, vertices: 16 });
  });

  it('mends an edge whose two pairs of faces meet again at both ends', () => {
    // Two boxes touch at an edge, and two others join them above and below: both ends of the edge have one fan.
    const cells = [
      [0, 0, 1],
      [1, 1, 1],
      [0, 0, 0],
      [1, 0, 0],
      [1, 1, 0],
      [0, 0, 2],
      [0, 1, 2],
      [1, 1, 2],
    ];
    const solid = boundaryOfCells(cells);
    expect(meshTopology(solid).nonManifoldEdges).toBe(1);
    const split = splitNonManifold(solid);
    expect(topologyByPosition(split)).toMatchObject({ isClosed: true, components: 1 });
  });

  it('opens what cannot be closed: a fin on a surface', () => {
    const fin = meshOf(
      [
        [0, 0, 0],
        [1, 0, 0],
        [0, 1, 0],
        [0, -1, 0],
        [0, 0, 1],
      ],
      [
        [0, 1, 2],
        [1, 0, 3],
        [0, 1, 4],
      ],
    );
    expect(topologyByPosition(splitNonManifold(fin))).toMatchObject({ nonManifoldEdges: 0, triangles: 3 });
  });
});

/** Surface of unit cells given by their lowest corners. */
function boundaryOfCells(cells: readonly (readonly number[])[]): Mesh {
  const all = joined(
    ...cells.map((cell) =>
      box(
        cell,
        cell.map((x) => x + 1),
      ),
    ),
  );
  // Faces between two cells are there twice, facing each other, though their diagonals may differ: drop quads, not triangles.
  const quads = new Map<string, number[]>();
  for (let quad = 0; 6 * quad < all.indices.length; quad++) {
    const key = [...new Set(all.indices.subarray(6 * quad, 6 * quad + 6))].toSorted((a, b) => a - b).join();
    quads.set(key, [...(quads.get(key) ?? []), quad]);
  }
  const kept = new Set([...quads.values()].filter((found) => found.length === 1).flat());
  return selectFaces(all, (face) => kept.has(face >> 1));
}

describe('removeDegenerateTriangles', () => {
  it('drops triangles without area, repeated ones, and both of two that face each other', () => {
    const positions = [
      [0, 0, 0],
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
      [2, 0, 0],
      [0, 0, 0],
    ];
    const mesh = meshOf(positions, [
      [0, 1, 2],
      [1, 2, 5], // the same triangle, by a vertex at the same position
      [0, 1, 4], // in line
      [0, 0, 3],
      [0, 1, 3],
      [1, 0, 3], // faces the one before
    ]);
    expect(removeDegenerateTriangles(mesh).indices).toEqual(Uint32Array.of(0, 1, 2));
  });
});

describe('fillHoles', () => {
  it('closes a hole that is short enough, facing outwards, and leaves a longer one', () => {
    const open = selectFaces(unit, (face) => face > 1);
    expect(fillHoles(open, 3.9).filled).toBe(0);
    const filled = fillHoles(open, 4.1);
    expect(filled.filled).toBe(1);
    expect(meshTopology(filled).isClosed).toBe(true);
    expect(meshVolume(filled)).toBeCloseTo(1, 6);
  });

  it('closes a hole of many edges by a fan', () => {
    const sphere = bumpySphere(120, 0, 1);
    const open = selectFaces(sphere, (face) => sphere.positions[3 * sphere.indices[3 * face]! + 2]! < 0.5);
    const filled = fillHoles(open, 10);
    expect(filled.filled).toBe(1);
    expect(meshTopology(filled).isClosed).toBe(true);
  });
});

describe('smoothMesh', () => {
  it('keeps the volume of a sphere and reduces noise of single vertices', () => {
    const clean = bumpySphere(60, 0, 1);
    const noisy = bumpySphere(60, 0, 1);
    noisy.positions.forEach((x, i) => {
      noisy.positions[i] = x * (1 + 0.01 * Math.sin(12.9898 * Math.floor(i / 3) ** 2));
    });
    const roughness = (mesh: Mesh) => {
      let sum = 0;
      for (let i = 0; i < mesh.positions.length; i += 3)
        sum += Math.abs(Math.hypot(...mesh.positions.subarray(i, i + 3)) - 1);
      return sum / (mesh.positions.length / 3);
    };
    const smooth = smoothMesh(noisy, 5, 0.5);
    expect(roughness(smooth)).toBeLessThan(0.5 * roughness(noisy));
    expect(Math.abs(meshVolume(smooth) / meshVolume(clean) - 1)).toBeLessThan(0.005);
    expect(smoothMesh(noisy, 0, 0.5)).toBe(noisy);
  });
});

describe('flattenSpikes', () => {
  it('moves the tip of a needle back and leaves the rest, the rim of a thin box included', () => {
    const spiked = bumpySphere(40, 0.05, 3);
    const smooth = bumpySphere(40, 0.05, 3);
    const tip = 500;
    for (let k = 0; k < 3; k++) spiked.positions[3 * tip + k]! *= 1.8;
    const flat = flattenSpikes(spiked, 1.2, 3);
    flat.positions.forEach((x, i) => {
      const tolerance = Math.floor(i / 3) === tip ? 0.05 : 1e-7;
      if (Math.abs(x - smooth.positions[i]!) > tolerance) expect.fail(`vertex ${Math.floor(i / 3)} moved to ${x}`);
    });
    expect(flattenSpikes(unit, 1.2, 3).positions).toEqual(unit.positions);
  });
});
