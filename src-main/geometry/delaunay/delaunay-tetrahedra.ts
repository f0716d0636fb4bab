/**
 * The Delaunay tetrahedralization of a point set, built point by point.
 *
 * Based on: A. Bowyer, Computing Dirichlet tessellations, 1981, and D. F. Watson, 1981 (a new point removes the tetrahedra whose
 * circumscribed spheres contain it and is joined to the hole's facets); N. Amenta, S. Choi, G. Rote, Incremental constructions
 * con BRIO, SoCG 2003 (order of insertion); a vertex at infinity closes the convex hull.
 *
 * Predicates are exact, so the result is a Delaunay triangulation whatever the input. Among points on one sphere the order of
 * insertion decides: with strictly inside spheres removed only, a facet of the hole is never coplanar with the new point (its
 * plane cuts both neighbouring spheres in one circle), so no flat tetrahedron arises and no perturbation is needed.
 *
 * Measured (2.1 GHz EPYC, one thread): see the stage's README.
 */
import { hilbertOrder } from './hilbert-order.js';
import { inSphere, orientation } from './predicates.js';

/** Tetrahedra t with corners `vertices[4t .. 4t+3]`, of positive orientation (`predicates.ts`). */
export interface Tetrahedra {
  readonly tetCount: number;
  /** Number of points; also the index of the vertex at infinity, in the tetrahedra outside the convex hull. */
  readonly infinity: number;
  /** Int32Array[4*tetCount]. */
  readonly vertices: Int32Array;
  /** Int32Array[4*tetCount]; `neighbors[4t + i]` is across the facet opposite corner i. */
  readonly neighbors: Int32Array;
  /** Int32Array[n], the vertex that stands for each point: itself, or the first inserted one at the same position. */
  readonly vertexOfPoint: Int32Array;
}

/**
 * @param positions Float64Array[n*3], any finite points
 * @param shared whether the arrays of the result are on SharedArrayBuffers
 * @returns undefined where all points lie in one plane
 */
export function delaunayTetrahedra(positions: Float64Array, shared = false): Tetrahedra | undefined {
  const builder = new Builder(positions);
  const order = insertionOrder(positions);
  if (!builder.start(order)) return undefined;
  for (const point of order) builder.insert(point);
  return builder.finish(shared);
}

/** Average number of tetrahedra per point of a surface-like set is 6.5 to 6.8; the arrays grow where it is more. */
const TETS_PER_POINT = 7.2;
const MAX_SMALL_CAVITY = 256;

class Builder {
  readonly #infinity: number;
  #vertices: Int32Array;
  #neighbors: Int32Array;
  /** Per tetrahedron: twice the number of the insertion that last looked at it, plus 1 where it was in conflict. */
  #marks: Int32Array;
  #tetCount = 0;
  readonly #free: number[] = [];
  readonly #vertexOfPoint: Int32Array;
  #insertion = 0;
  #last = 0;

  readonly #cavity: number[] = [];
  /** New tetrahedra of the current insertion, and the slot of the new vertex in each. */
  readonly #created: number[] = [];
  readonly #createdSlots: number[] = [];
  /** Number within the cavity of each vertex, valid where the stamp is the current insertion. */
  readonly #localIndex: Int32Array;
  readonly #localStamp: Int32Array;
  #localCount = 0;
  /** By the two ends of an edge of the cavity's boundary: 4 * tetrahedron + slot, waiting for the other side; -1 = none. */
  readonly #edgeTable = new Int32Array(MAX_SMALL_CAVITY * MAX_SMALL_CAVITY).fill(-1);
  readonly #largeEdgeTable = new Map<number, number>();

  constructor(private readonly P: Float64Array) {
    const count = P.length / 3;
    this.#infinity = count;
    const capacity = Math.ceil(count * TETS_PER_POINT) + 64;
    this.#vertices = new Int32Array(4 * capacity);
    this.#neighbors = new Int32Array(4 * capacity);
    this.#marks = new Int32Array(capacity);
    this.#vertexOfPoint = new Int32Array(count).fill(-1);
    this.#localIndex = new Int32Array(count + 1);
    this.#localStamp = new Int32Array(count + 1);
  }

  /** Makes the first tetrahedron and the four at infinity around it. @returns whether four points are not coplanar */
  start(order: Uint32Array): boolean {
    const first = findSimplex(this.P, order);
    if (!first) return false;
    const [a, b, c, d] = first;
    const tets = [0, 1, 2, 3, 4].map(() => this.#allocate());
    this.#vertices.set([a, b, c, d], 0);
    // The tetrahedron at infinity across facet i: corner i replaced, and two others swapped to turn it over.
    for (let i = 0; i < 4; i++) {
      const corners = [a, b, c, d];
      corners[i] = this.#infinity;
      const j = (i + 1) & 3;
      const k = (i + 2) & 3;
      [corners[j], corners[k]] = [corners[k]!, corners[j]!];
      this.#vertices.set(corners, 4 * (i + 1));
    }
    for (const t of tets) {
      for (let i = 0; i < 4; i++) this.#neighbors[4 * t + i] = tets.find((other) => this.#sharesFacet(t, i, other))!;
    }
    for (const vertex of first) this.#vertexOfPoint[vertex] = vertex;
    return true;
  }

  #sharesFacet(t: number, i: number, other: number): boolean {
    if (other === t) return false;
    const corners = this.#vertices.subarray(4 * other, 4 * other + 4);
    return [0, 1, 2, 3].every((k) => k === i || corners.includes(this.#vertices[4 * t + k]!));
  }

  insert(point: number): void {
    if (this.#vertexOfPoint[point] !== -1) return;
    this.#insertion++;
    const start = this.#locate(point);
    if (!this.#inConflict(start, point)) {
      // Only a corner of the tetrahedron that contains it is not strictly inside its sphere.
      this.#vertexOfPoint[point] = this.#cornerAt(start, point);
      return;
    }
    this.#vertexOfPoint[point] = point;
    this.#collectCavity(start, point);
    this.#fillCavity(point);
  }

  /** Visibility walk; it ends in every Delaunay triangulation (Edelsbrunner 1990). */
  #locate(point: number): number {
    const { P } = this;
    const vertices = this.#vertices;
    const neighbors = this.#neighbors;
    const infinity = this.#infinity;
    let t = this.#last;
    let from = -1;
    for (let i = 0; i < 4; i++) if (vertices[4 * t + i] === infinity) t = neighbors[4 * t + i]!;
    walk: for (;;) {
      const a = vertices[4 * t]!;
      const b = vertices[4 * t + 1]!;
      const c = vertices[4 * t + 2]!;
      const d = vertices[4 * t + 3]!;
      if (a === infinity || b === infinity || c === infinity || d === infinity) return t;
      for (let i = 0; i < 4; i++) {
        const next = neighbors[4 * t + i]!;
        if (next === from) continue;
        const side =
          i === 0
            ? orientation(P, point, b, c, d)
            : i === 1
              ? orientation(P, a, point, c, d)
              : i === 2
                ? orientation(P, a, b, point, d)
                : orientation(P, a, b, c, point);
        if (side < 0) {
          from = t;
          t = next;
          continue walk;
        }
      }
      return t;
    }
  }

  #cornerAt(t: number, point: number): number {
    const { P } = this;
    for (let i = 0; i < 4; i++) {
      const v = this.#vertices[4 * t + i]!;
      if (P[3 * v] === P[3 * point] && P[3 * v + 1] === P[3 * point + 1] && P[3 * v + 2] === P[3 * point + 2]) return v;
    }
    throw new Error('delaunayTetrahedra: a point without conflict is not a corner (non-finite coordinates?)');
  }

  /** Whether the point is strictly inside the circumscribed sphere; at infinity that is the hull facet's outer half-space. */
  #inConflict(t: number, point: number): boolean {
    const { P } = this;
    const infinity = this.#infinity;
    const a = this.#vertices[4 * t]!;
    const b = this.#vertices[4 * t + 1]!;
    const c = this.#vertices[4 * t + 2]!;
    const d = this.#vertices[4 * t + 3]!;
    let side: number;
    let slot: number;
    if (a === infinity) {
      side = orientation(P, point, b, c, d);
      slot = 0;
    } else if (b === infinity) {
      side = orientation(P, a, point, c, d);
      slot = 1;
    } else if (c === infinity) {
      side = orientation(P, a, b, point, d);
      slot = 2;
    } else if (d === infinity) {
      side = orientation(P, a, b, c, point);
      slot = 3;
    } else return inSphere(P, a, b, c, d, point) > 0;
    if (side !== 0) return side > 0;
    // In the facet's plane: the circle around the facet, which is where the plane cuts the sphere of the tetrahedron inside.
    const inner = 4 * this.#neighbors[4 * t + slot]!;
    const V = this.#vertices;
    return inSphere(P, V[inner]!, V[inner + 1]!, V[inner + 2]!, V[inner + 3]!, point) > 0;
  }

  #collectCavity(start: number, point: number): void {
    const cavity = this.#cavity;
    const seen = 2 * this.#insertion;
    cavity.length = 0;
    cavity.push(start);
    this.#marks[start] = seen + 1;
    for (let next = 0; next < cavity.length; next++) {
      const t = cavity[next]!;
      for (let i = 0; i < 4; i++) {
        const neighbor = this.#neighbors[4 * t + i]!;
        if (this.#marks[neighbor]! >= seen) continue;
        if (this.#inConflict(neighbor, point)) {
          this.#marks[neighbor] = seen + 1;
          cavity.push(neighbor);
        } else this.#marks[neighbor] = seen;
      }
    }
  }

  #fillCavity(point: number): void {
    const conflict = 2 * this.#insertion + 1;
    this.#created.length = 0;
    this.#createdSlots.length = 0;
    this.#localCount = 0;
    for (const t of this.#cavity) {
      for (let i = 0; i < 4; i++) {
        const outer = this.#neighbors[4 * t + i]!;
        if (this.#marks[outer] === conflict) continue;
        const created = this.#allocate();
        const vertices = this.#vertices;
        for (let k = 0; k < 4; k++) {
          const vertex = k === i ? point : vertices[4 * t + k]!;
          vertices[4 * created + k] = vertex;
          if (this.#localStamp[vertex] !== this.#insertion) {
            this.#localStamp[vertex] = this.#insertion;
            this.#localIndex[vertex] = this.#localCount++;
          }
        }
        this.#neighbors[4 * created + i] = outer;
        this.#relink(outer, t, created);
        this.#created.push(created);
        this.#createdSlots.push(i);
      }
    }
    this.#linkCreated();
    for (const t of this.#cavity) {
      this.#free.push(t);
      this.#vertices[4 * t] = -1;
    }
    this.#last = this.#created[0]!;
  }

  #relink(outer: number, oldNeighbor: number, newNeighbor: number): void {
    for (let i = 4 * outer; ; i++) {
      if (this.#neighbors[i] === oldNeighbor) {
        this.#neighbors[i] = newNeighbor;
        return;
      }
    }
  }

  /** Joins the new tetrahedra to each other: two of them share each edge of the cavity's boundary. */
  #linkCreated(): void {
    const small = this.#localCount <= MAX_SMALL_CAVITY;
    const stride = small ? MAX_SMALL_CAVITY : this.#localCount;
    const table = this.#edgeTable;
    for (let n = 0; n < this.#created.length; n++) {
      const t = this.#created[n]!;
      const slot = this.#createdSlots[n]!;
      for (let step = 1; step < 4; step++) {
        const i = (slot + step) & 3;
        const one = this.#localIndex[this.#vertices[4 * t + ((slot + (step % 3) + 1) & 3)]!]!;
        const two = this.#localIndex[this.#vertices[4 * t + ((slot + ((step + 1) % 3) + 1) & 3)]!]!;
        const key = one < two ? one * stride + two : two * stride + one;
        const other = small ? table[key]! : (this.#largeEdgeTable.get(key) ?? -1);
        if (other === -1) {
          if (small) table[key] = 4 * t + i;
          else this.#largeEdgeTable.set(key, 4 * t + i);
        } else {
          this.#neighbors[4 * t + i] = other >> 2;
          this.#neighbors[other] = t;
          if (small) table[key] = -1;
        }
      }
    }
    if (!small) this.#largeEdgeTable.clear();
  }

  #allocate(): number {
    const reused = this.#free.pop();
    if (reused !== undefined) return reused;
    if (this.#tetCount === this.#marks.length) {
      const capacity = Math.ceil(this.#tetCount * 1.4);
      this.#vertices = grown(this.#vertices, 4 * capacity);
      this.#neighbors = grown(this.#neighbors, 4 * capacity);
      this.#marks = grown(this.#marks, capacity);
    }
    return this.#tetCount++;
  }

  /** Leaves out freed slots and sorts the tetrahedra by their first vertex, which makes later walks through them local. */
  finish(shared: boolean): Tetrahedra {
    const vertices = this.#vertices;
    const infinity = this.#infinity;
    const starts = new Int32Array(infinity + 2);
    const firstVertex = (t: number) =>
      Math.min(vertices[4 * t]!, vertices[4 * t + 1]!, vertices[4 * t + 2]!, vertices[4 * t + 3]!);
    let tetCount = 0;
    for (let t = 0; t < this.#tetCount; t++) {
      if (vertices[4 * t] === -1) continue;
      starts[firstVertex(t) + 1]!++;
      tetCount++;
    }
    for (let v = 0; v <= infinity; v++) starts[v + 1]! += starts[v]!;
    const renumbered = this.#marks.fill(-1);
    for (let t = 0; t < this.#tetCount; t++) {
      if (vertices[4 * t] !== -1) renumbered[t] = starts[firstVertex(t)]!++;
    }
    const array = () => new Int32Array(shared ? new SharedArrayBuffer(16 * tetCount) : new ArrayBuffer(16 * tetCount));
    const result: Tetrahedra = {
      tetCount,
      infinity,
      vertices: array(),
      neighbors: array(),
      vertexOfPoint: this.#vertexOfPoint,
    };
    for (let t = 0; t < this.#tetCount; t++) {
      const target = renumbered[t]!;
      if (target === -1) continue;
      for (let i = 0; i < 4; i++) {
        result.vertices[4 * target + i] = vertices[4 * t + i]!;
        result.neighbors[4 * target + i] = renumbered[this.#neighbors[4 * t + i]!]!;
      }
    }
    return result;
  }
}

function grown(array: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(length);
  larger.set(array);
  return larger;
}

/** The first four points of the order that span space, as a tetrahedron of positive orientation. */
function findSimplex(P: Float64Array, order: Uint32Array): [number, number, number, number] | undefined {
  const a = order[0];
  if (a === undefined) return undefined;
  const differs = (i: number) => [0, 1, 2].some((k) => P[3 * i + k] !== P[3 * a + k]);
  const b = order.find(differs);
  if (b === undefined) return undefined;
  const c = order.find((i) => !isCollinear(P, a, b, i));
  if (c === undefined) return undefined;
  for (const d of order) {
    const side = orientation(P, a, b, c, d);
    if (side > 0) return [a, b, c, d];
    if (side < 0) return [b, a, c, d];
  }
  return undefined;
}

/** Exact: the points are collinear if and only if they are coplanar with every one of three points off any common plane. */
function isCollinear(P: Float64Array, a: number, b: number, c: number): boolean {
  const corners = new Float64Array(18);
  [a, b, c].forEach((point, i) => {
    corners.set(P.subarray(3 * point, 3 * point + 3), 3 * i);
  });
  // a + unit vectors may round, but stay three points that differ from a along one axis each.
  for (let axis = 0; axis < 3; axis++) {
    corners.set(corners.subarray(0, 3), 9 + 3 * axis);
    corners[9 + 4 * axis]! += Math.abs(corners[axis]!) + 1;
    if (orientation(corners, 0, 1, 2, 3 + axis) !== 0) return false;
  }
  return true;
}

/** Rounds of doubling size, each along the Hilbert curve: short walks, and no bad order (BRIO). */
function insertionOrder(positions: Float64Array): Uint32Array {
  const curve = hilbertOrder(positions);
  const roundOf = (point: number) => {
    let hash = Math.imul(point + 1, 0x9e3779b1);
    hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
    return Math.clz32((hash ^ (hash >>> 13)) >>> 0);
  };
  const lastRound = 32;
  const starts = new Uint32Array(lastRound + 2);
  // The points with the most leading zeros come first: half of all have none and come last.
  for (const point of curve) starts[lastRound - roundOf(point) + 1]!++;
  for (let round = 0; round <= lastRound; round++) starts[round + 1]! += starts[round]!;
  const order = new Uint32Array(curve.length);
  for (const point of curve) order[starts[lastRound - roundOf(point)]!++] = point;
  return order;
}
