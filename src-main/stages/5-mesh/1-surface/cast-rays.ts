/**
 * What the lines of sight say about each tetrahedron and facet.
 *
 * Based on: P. Labatut, J.-P. Pons, R. Keriven, Efficient Multi-View Reconstruction of Large-Scale Scenes using Interest Points,
 * Delaunay Triangulation and Graph Cuts, ICCV 2007, and Robust and Efficient Surface Reconstruction from Range Data, CGF 2009
 * (soft visibility); H.-H. Vu et al., High Accuracy and Visibility-Consistent Dense Multiview Stereo, PAMI 2012.
 *
 * All sums are of integers (in units of 1 / WEIGHT_UNIT), so they do not depend on the order of the rays.
 */

/** Weight 1 in the integer sums. */
export const WEIGHT_UNIT = 64;

/** The inputs and sums of {@link castRays}; arrays on SharedArrayBuffers are used by several workers at once. */
export interface RayScene {
  /** Float64Array[n*3], vertices. */
  readonly positions: Float64Array;
  /** Int32Array[4*tets], the tetrahedra's corners; n is the vertex at infinity. */
  readonly corners: Int32Array;
  /** Int32Array[4*tets]: facet (4t + i) is also facet twins[4t + i], of the neighbour. */
  readonly twins: Int32Array;
  /** Int32Array[n], a tetrahedron at each vertex. */
  readonly tetOfVertex: Int32Array;
  readonly viewOffsets: Uint32Array;
  readonly views: Uint16Array;
  /** Uint16Array, weight of each observation in units of 1 / WEIGHT_UNIT. */
  readonly weights: Uint16Array;
  /** Float64Array[views*3], camera centres. */
  readonly centers: Float64Array;
  /** Float32Array[n], expected error of the vertex along the line of sight, world units. */
  readonly sigmas: Float32Array;
  /** How far behind a vertex matter is assumed, in sigmas. */
  readonly thicknessSigmas: number;

  /** Int32Array[4*tets]: cost of arc 4t + i: t outside and the neighbour across facet i inside. */
  readonly crossings: Int32Array;
  /** Int32Array[tets]: evidence that the tetrahedron is outside, as cameras are in it or beyond it. */
  readonly outside: Int32Array;
  /** Int32Array[tets]: evidence that it is inside, just behind vertices. */
  readonly inside: Int32Array;
}

/** Beyond this many sigmas the soft visibility is 1: 1 - exp(-4.5) = 0.989. */
const SOFT_RANGE_SIGMAS = 3;
const MAX_STEPS = 100_000;
/** A star of more tetrahedra than this (a vertex that joins all others) is cut off; rays that find no start are left out. */
const MAX_STAR = 1024;

/** Casts the rays of the vertices `first .. end - 1` to all their views, and adds to the sums of the scene. */
export function castRays(scene: RayScene, first: number, end: number): void {
  const caster = new RayCaster(scene);
  for (let vertex = first; vertex < end; vertex++) caster.castFrom(vertex);
}

class RayCaster {
  readonly #infinity: number;
  /** Tetrahedra around the current vertex, as 4 * tetrahedron + slot of the vertex. */
  readonly #star = new Int32Array(MAX_STAR);
  #starSize = 0;

  // The ray: origin, unit direction, and two axes across it.
  #ox = 0;
  #oy = 0;
  #oz = 0;
  #dx = 0;
  #dy = 0;
  #dz = 0;
  #ux = 0;
  #uy = 0;
  #uz = 0;
  #wx = 0;
  #wy = 0;
  #wz = 0;

  constructor(private readonly scene: RayScene) {
    this.#infinity = scene.positions.length / 3;
  }

  castFrom(vertex: number): void {
    const { positions, viewOffsets, views, weights, centers, sigmas } = this.scene;
    const begin = viewOffsets[vertex]!;
    const end = viewOffsets[vertex + 1]!;
    if (begin === end) return;
    this.#collectStar(vertex);
    this.#ox = positions[3 * vertex]!;
    this.#oy = positions[3 * vertex + 1]!;
    this.#oz = positions[3 * vertex + 2]!;
    for (let o = begin; o < end; o++) {
      const view = views[o]!;
      const x = centers[3 * view]! - this.#ox;
      const y = centers[3 * view + 1]! - this.#oy;
      const z = centers[3 * view + 2]! - this.#oz;
      const distance = Math.sqrt(x * x + y * y + z * z);
      if (!(distance > 0)) continue;
      this.#aim(x / distance, y / distance, z / distance);
      this.#walk(1, distance, weights[o]!, sigmas[vertex]!);
      this.#walk(-1, this.scene.thicknessSigmas * sigmas[vertex]!, weights[o]!, sigmas[vertex]!);
    }
  }

  #collectStar(vertex: number): void {
    const { corners, twins, tetOfVertex } = this.scene;
    const star = this.#star;
    let size = 0;
    const push = (t: number) => {
      // About 24 tetrahedra: looking through them is faster than any set.
      for (let n = 0; n < size; n++) if (star[n]! >> 2 === t) return;
      if (size === MAX_STAR) return;
      let facet = 4 * t;
      while (corners[facet] !== vertex) facet++;
      star[size++] = facet;
    };
    push(tetOfVertex[vertex]!);
    for (let next = 0; next < size; next++) {
      const own = star[next]!;
      const base = own & ~3;
      for (let facet = base; facet < base + 4; facet++) if (facet !== own) push(twins[facet]! >> 2);
    }
    this.#starSize = size;
  }

  #aim(dx: number, dy: number, dz: number): void {
    this.#dx = dx;
    this.#dy = dy;
    this.#dz = dz;
    // Any two axes across the direction, from the coordinate axis least along it.
    const ax = Math.abs(dx);
    const ay = Math.abs(dy);
    const az = Math.abs(dz);
    let ux = 0;
    let uy = 0;
    let uz = 0;
    if (ax <= ay && ax <= az) {
      uy = dz;
      uz = -dy;
    } else if (ay <= az) {
      ux = -dz;
      uz = dx;
    } else {
      ux = dy;
      uy = -dx;
    }
    const scale = 1 / Math.sqrt(ux * ux + uy * uy + uz * uz);
    this.#ux = ux * scale;
    this.#uy = uy * scale;
    this.#uz = uz * scale;
    this.#wx = dy * this.#uz - dz * this.#uy;
    this.#wy = dz * this.#ux - dx * this.#uz;
    this.#wz = dx * this.#uy - dy * this.#ux;
  }

  /**
   * Walks from the vertex along (`sign` 1, towards the camera) or against the direction, up to `reach`.
   *
   * A facet is crossed by the ray where the origin is inside the facet's projection across the ray. With the projections of the
   * entered facet's corners (counter-clockwise seen against the walk) kept, each step projects one new corner.
   */
  #walk(sign: number, reach: number, weight: number, sigma: number): void {
    const { positions, corners, twins, crossings } = this.scene;
    const infinity = this.#infinity;
    const towards = sign > 0;
    let facet = this.#startFacet(sign);
    if (facet === -1) return;
    const base = facet & ~3;
    const slot = facet & 3;
    if (this.#isInfinite(base)) {
      this.#end(base >> 2, towards, weight);
      return;
    }
    // Corners of the facet opposite `slot`, counter-clockwise seen from outside the tetrahedron.
    let a = corners[base + FACET_A[slot]!]!;
    let b = corners[base + FACET_B[slot]!]!;
    let c = corners[base + FACET_C[slot]!]!;
    const ox = this.#ox;
    const oy = this.#oy;
    const oz = this.#oz;
    const ux = this.#ux;
    const uy = this.#uy;
    const uz = this.#uz;
    // For the walk backwards one axis is turned round, so that orientation across the ray stays the same.
    const wx = sign * this.#wx;
    const wy = sign * this.#wy;
    const wz = sign * this.#wz;
    const dx = sign * this.#dx;
    const dy = sign * this.#dy;
    const dz = sign * this.#dz;

    let x = positions[3 * a]! - ox;
    let y = positions[3 * a + 1]! - oy;
    let z = positions[3 * a + 2]! - oz;
    let au = x * ux + y * uy + z * uz;
    let aw = x * wx + y * wy + z * wz;
    let ad = x * dx + y * dy + z * dz;
    x = positions[3 * b]! - ox;
    y = positions[3 * b + 1]! - oy;
    z = positions[3 * b + 2]! - oz;
    let bu = x * ux + y * uy + z * uz;
    let bw = x * wx + y * wy + z * wz;
    let bd = x * dx + y * dy + z * dz;
    x = positions[3 * c]! - ox;
    y = positions[3 * c + 1]! - oy;
    z = positions[3 * c + 2]! - oz;
    let cu = x * ux + y * uy + z * uz;
    let cw = x * wx + y * wy + z * wz;
    let cd = x * dx + y * dy + z * dz;

    const softRange = SOFT_RANGE_SIGMAS * sigma;
    const softScale = -1 / (2 * sigma * sigma);
    for (let step = 0; step < MAX_STEPS; step++) {
      const nearest = Math.min(ad, bd, cd);
      const farthest = Math.max(ad, bd, cd);
      let depth = nearest;
      if (nearest < softRange || farthest >= reach) {
        const ka = bu * cw - bw * cu;
        const kb = cu * aw - cw * au;
        const kc = au * bw - aw * bu;
        const area = ka + kb + kc;
        depth = area > 0 ? (ka * ad + kb * bd + kc * cd) / area : (ad + bd + cd) / 3;
        if (depth >= reach) {
          this.#end(facet >> 2, towards, weight);
          return;
        }
      }
      const twin = twins[facet]!;
      const soft = depth >= softRange ? weight : Math.round(weight * (1 - Math.exp(depth * depth * softScale)));
      // The arc leads away from the camera.
      if (soft > 0) Atomics.add(crossings, towards ? twin : facet, soft);

      const entered = twin & ~3;
      const e = corners[twin]!;
      if (e === infinity) {
        this.#end(twin >> 2, towards, weight);
        return;
      }
      x = positions[3 * e]! - ox;
      y = positions[3 * e + 1]! - oy;
      z = positions[3 * e + 2]! - oz;
      const eu = x * ux + y * uy + z * uz;
      const ew = x * wx + y * wy + z * wz;
      const ed = x * dx + y * dy + z * dz;
      const sa = au * ew - aw * eu;
      const sb = bu * ew - bw * eu;
      const sc = cu * ew - cw * eu;
      // Through (a, b, e), (b, c, e) or (c, a, e): e replaces the corner that is opposite the crossed facet.
      let left: number;
      if (sa <= 0 && sb >= 0) {
        left = c;
        c = e;
        cu = eu;
        cw = ew;
        cd = ed;
      } else if (sb <= 0 && sc >= 0) {
        left = a;
        a = e;
        au = eu;
        aw = ew;
        ad = ed;
      } else {
        left = b;
        b = e;
        bu = eu;
        bw = ew;
        bd = ed;
      }
      facet = entered;
      while (corners[facet] !== left) facet++;
    }
  }

  #isInfinite(base: number): boolean {
    const { corners } = this.scene;
    const infinity = this.#infinity;
    return (
      corners[base] === infinity ||
      corners[base + 1] === infinity ||
      corners[base + 2] === infinity ||
      corners[base + 3] === infinity
    );
  }

  #end(t: number, towards: boolean, weight: number): void {
    Atomics.add(towards ? this.scene.outside : this.scene.inside, t, weight);
  }

  /** The facet of the star through which the ray leaves it; where it leaves the hull at once, a facet of a tetrahedron at infinity. */
  #startFacet(sign: number): number {
    const { positions, corners } = this.scene;
    const infinity = this.#infinity;
    const wx = sign * this.#wx;
    const wy = sign * this.#wy;
    const wz = sign * this.#wz;
    let best = -1;
    let bestMargin = -Infinity;
    let bestInfinite = -1;
    let bestOutwards = -Infinity;
    for (let n = 0; n < this.#starSize; n++) {
      const facet = this.#star[n]!;
      const base = facet & ~3;
      const slot = facet & 3;
      const a = corners[base + FACET_A[slot]!]!;
      const b = corners[base + FACET_B[slot]!]!;
      const c = corners[base + FACET_C[slot]!]!;
      if (a === infinity || b === infinity || c === infinity) {
        const outwards = this.#outwards(sign, a, b, c);
        if (outwards > bestOutwards) {
          bestOutwards = outwards;
          bestInfinite = facet;
        }
        continue;
      }
      let x = positions[3 * a]! - this.#ox;
      let y = positions[3 * a + 1]! - this.#oy;
      let z = positions[3 * a + 2]! - this.#oz;
      const au = x * this.#ux + y * this.#uy + z * this.#uz;
      const aw = x * wx + y * wy + z * wz;
      x = positions[3 * b]! - this.#ox;
      y = positions[3 * b + 1]! - this.#oy;
      z = positions[3 * b + 2]! - this.#oz;
      const bu = x * this.#ux + y * this.#uy + z * this.#uz;
      const bw = x * wx + y * wy + z * wz;
      const ab = au * bw - aw * bu;
      if (ab <= bestMargin) continue;
      x = positions[3 * c]! - this.#ox;
      y = positions[3 * c + 1]! - this.#oy;
      z = positions[3 * c + 2]! - this.#oz;
      const cu = x * this.#ux + y * this.#uy + z * this.#uz;
      const cw = x * wx + y * wy + z * wz;
      const margin = Math.min(ab, bu * cw - bw * cu, cu * aw - cw * au);
      if (margin <= bestMargin) continue;
      bestMargin = margin;
      best = facet;
      if (margin > 0) break;
    }
    if (bestMargin >= 0) return best;
    return bestInfinite !== -1 && bestOutwards > 0 ? bestInfinite : best;
  }

  /** Sine of the angle between the ray and the hull facet of the vertex and the two finite ones of a, b, c; positive outwards. */
  #outwards(sign: number, a: number, b: number, c: number): number {
    const { positions } = this.scene;
    const infinity = this.#infinity;
    // Turned so that infinity is last: the facet (vertex, p, q) is counter-clockwise seen from the outside.
    const p = a === infinity ? b : b === infinity ? c : a;
    const q = a === infinity ? c : b === infinity ? a : b;
    const px = positions[3 * p]! - this.#ox;
    const py = positions[3 * p + 1]! - this.#oy;
    const pz = positions[3 * p + 2]! - this.#oz;
    const qx = positions[3 * q]! - this.#ox;
    const qy = positions[3 * q + 1]! - this.#oy;
    const qz = positions[3 * q + 2]! - this.#oz;
    const nx = py * qz - pz * qy;
    const ny = pz * qx - px * qz;
    const nz = px * qy - py * qx;
    const dot = nx * this.#dx + ny * this.#dy + nz * this.#dz;
    return (sign * dot) / Math.sqrt(nx * nx + ny * ny + nz * nz || 1);
  }
}

/** Slots of the corners of the facet opposite slot i, counter-clockwise seen from outside a tetrahedron of positive orientation. */
const FACET_A = [1, 0, 0, 0] as const;
const FACET_B = [2, 3, 1, 2] as const;
const FACET_C = [3, 2, 3, 1] as const;
