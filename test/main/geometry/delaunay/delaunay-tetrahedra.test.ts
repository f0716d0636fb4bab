import { insphere, orient3d } from 'robust-predicates';
import { describe, expect, it } from 'vitest';
import { delaunayTetrahedra, type Tetrahedra } from '#main/geometry/delaunay/delaunay-tetrahedra.js';
import { Random } from '#main/geometry/random.js';

type Point = readonly [number, number, number];
type Tet = readonly [number, number, number, number];

const flat = (points: readonly Point[]) => Float64Array.from(points.flat());
const corners = (tets: Tetrahedra, t: number): Tet => [...tets.vertices.subarray(4 * t, 4 * t + 4)] as unknown as Tet;
const isWithinHull = (tets: Tetrahedra, t: number) => !corners(tets, t).includes(tets.infinity);

/** Exact, independent of the product's own predicates: no point strictly inside any tetrahedron's sphere. */
function expectDelaunay(points: readonly Point[], tets: Tetrahedra): void {
  let finite = 0;
  for (let t = 0; t < tets.tetCount; t++) {
    if (!isWithinHull(tets, t)) continue;
    finite++;
    const [a, b, c, d] = corners(tets, t).map((v) => points[v]!) as unknown as readonly [Point, Point, Point, Point];
    // robust-predicates counts the other orientation as positive.
    const orientation = -orient3d(...a, ...b, ...c, ...d);
    if (!(orientation > 0)) expect.fail(`tetrahedron ${t} is flat or turned over`);
    for (const e of points) {
      if (insphere(...a, ...b, ...c, ...d, ...e) > 0) expect.fail(`a point is inside the sphere of tetrahedron ${t}`);
    }
  }
  expect(finite).toBeGreaterThan(0);
}

function expectConsistentNeighbors(tets: Tetrahedra): void {
  for (let t = 0; t < tets.tetCount; t++) {
    for (let i = 0; i < 4; i++) {
      const other = tets.neighbors[4 * t + i]!;
      const back = tets.neighbors.subarray(4 * other, 4 * other + 4).indexOf(t);
      const own = corners(tets, t).filter((_, k) => k !== i);
      const theirs = corners(tets, other).filter((_, k) => k !== back);
      if (back === -1 || own.toSorted().join() !== theirs.toSorted().join()) expect.fail(`facet ${i} of ${t}`);
    }
  }
}

function volume(points: readonly Point[], tets: Tetrahedra): number {
  let sum = 0;
  for (let t = 0; t < tets.tetCount; t++) {
    if (!isWithinHull(tets, t)) continue;
    const [a, b, c, d] = corners(tets, t).map((v) => points[v]!) as unknown as readonly [Point, Point, Point, Point];
    sum += -orient3d(...a, ...b, ...c, ...d) / 6;
  }
  return sum;
}

function randomPoints(seed: number, count: number, make: (random: Random) => Point): Point[] {
  const random = new Random(seed);
  return Array.from({ length: count }, () => make(random));
}

const inCube = (random: Random): Point => [random.uniform(), random.uniform(), random.uniform()];
const grid = (n: number): Point[] =>
  Array.from({ length: n ** 3 }, (_, i) => [i % n, Math.floor(i / n) % n, Math.floor(i / n / n)]);

const INPUTS: Record<string, Point[]> = {
  'random points in a cube (seed 1)': randomPoints(1, 400, inCube),
  'a grid, all cells cospherical': grid(7),
  'two parallel planes': randomPoints(2, 300, (r) => [r.below(40), r.below(40), r.below(2)]),
  'a plane and one point': [...randomPoints(3, 200, (r) => [r.uniform(), r.uniform(), 0]), [0.5, 0.5, 1]],
  'integer points of one sphere': grid(27)
    .map(([x, y, z]): Point => [x - 13, y - 13, z - 13])
    .filter(([x, y, z]) => x * x + y * y + z * z === 169 || x * x + y * y + z * z === 0),
  'a line and two points off it': [...Array.from({ length: 30 }, (_, i): Point => [i, 0, 0]), [3, 5, 1], [4, -5, 2]],
  'points on a sphere with noise at the last bits (seed 4)': randomPoints(4, 300, (r) => {
    const [x, y, z] = [r.gaussian(), r.gaussian(), r.gaussian()];
    const length = Math.hypot(x, y, z);
    return [100 + x / length, 100 + y / length, 100 + z / length];
  }),
  'clusters at very different scales (seed 5)': randomPoints(5, 300, (r) => {
    const scale = 10 ** -r.below(9);
    return [r.uniform() * scale, r.uniform() * scale, r.uniform() * scale];
  }),
};

describe('delaunayTetrahedra', () => {
  it.each(Object.entries(INPUTS))('has empty spheres and consistent neighbours: %s', (_, points) => {
    const tets = delaunayTetrahedra(flat(points));
    expect(tets).toBeDefined();
    expectDelaunay(points, tets!);
    expectConsistentNeighbors(tets!);
  });

  it('fills the convex hull', () => {
    const points = grid(6);
    const tets = delaunayTetrahedra(flat(points))!;
    expect(volume(points, tets)).toBeCloseTo(125, 9);
  });

  it('lets the first point stand for others at the same position', () => {
    const once = randomPoints(6, 100, inCube);
    const points = [...once, ...once, ...once];
    const tets = delaunayTetrahedra(flat(points))!;
    expectDelaunay(once, {
      ...tets,
      infinity: tets.infinity,
      vertices: tets.vertices.map((v) => (v === 300 ? 300 : v % 100)),
    });
    for (let i = 0; i < points.length; i++) {
      const vertex = tets.vertexOfPoint[i]!;
      expect(vertex % 100).toBe(i % 100);
      expect(tets.vertexOfPoint[vertex]).toBe(vertex);
    }
  });

  it('returns nothing for points in one plane, on one line, at one place, or none', () => {
    const plane = randomPoints(7, 50, (r): Point => [r.uniform(), r.uniform(), 0.25]);
    const line = Array.from({ length: 20 }, (_, i): Point => [0.1 * i, 0.2 * i, 0.4 * i]);
    for (const points of [plane, line, [[1, 2, 3] as Point, [1, 2, 3] as Point], []]) {
      expect(delaunayTetrahedra(flat(points))).toBeUndefined();
    }
  });

  it('gives the same tetrahedra each time, on shared memory where asked', () => {
    const positions = flat(randomPoints(8, 500, inCube));
    const one = delaunayTetrahedra(positions)!;
    const two = delaunayTetrahedra(positions, true)!;
    expect(two.vertices).toEqual(one.vertices);
    expect(two.vertices.buffer).toBeInstanceOf(SharedArrayBuffer);
  });
});
