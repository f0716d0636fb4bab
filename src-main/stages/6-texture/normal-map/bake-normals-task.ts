import { planarInverse } from '../planar-inverse.js';
import type { UvMesh } from '../texel-layout.js';
import { type DenseSurface, NearestOnLine } from './nearest-on-line.js';

/** All arrays are in shared memory. */
export interface BakeInput {
  readonly dense: DenseSurface;
  readonly mesh: UvMesh;
  /** Float32Array[n*3] and Float32Array[n*4] of the simplified mesh. */
  readonly normals: Float32Array;
  readonly tangents: Float32Array;
  readonly size: number;
  readonly faceOffsets: Uint32Array;
  readonly texels: Uint32Array;
  readonly positions: Float32Array;
  /** World units. */
  readonly reach: number;
  readonly firstFace: number;
  readonly endFace: number;
  /** Uint8Array[k*3], receives the encoded normals of the faces' texels. */
  readonly encoded: Uint8Array;
}

/** Bakes the faces `firstFace .. endFace - 1`. @returns texels under which the dense surface was found */
export function run(input: BakeInput): { found: number } {
  const { mesh, faceOffsets, texels, positions, size, encoded } = input;
  const search = new NearestOnLine(input.dense);
  const frame = new TangentFrame(input);
  const shares = new Float64Array(3);
  const p = new Float64Array(3);
  const normal = new Float64Array(3);
  let found = 0;
  for (let face = input.firstFace; face < input.endFace; face++) {
    if (faceOffsets[face] === faceOffsets[face + 1]) continue;
    const barycentric = planarInverse(mesh, face, size);
    for (let i = faceOffsets[face]!; i < faceOffsets[face + 1]!; i++) {
      barycentric((texels[i]! % size) + 0.5, Math.floor(texels[i]! / size) + 0.5, shares);
      frame.setTo(face, shares);
      for (let d = 0; d < 3; d++) p[d] = positions[i * 3 + d]!;
      if (search.find(p, frame.n, input.reach, normal)) found++;
      else normal.set(frame.n);
      encoded[i * 3] = encode(dot(normal, frame.t));
      encoded[i * 3 + 1] = encode(dot(normal, frame.b));
      encoded[i * 3 + 2] = encode(dot(normal, frame.n));
    }
  }
  return { found };
}

const dot = (a: Float64Array, b: Float64Array) => a[0]! * b[0]! + a[1]! * b[1]! + a[2]! * b[2]!;
const encode = (value: number) => Math.round((value * 0.5 + 0.5) * 255);

/** The tangent frame that a renderer interpolates at a point of a face. */
class TangentFrame {
  readonly t = new Float64Array(3);
  readonly b = new Float64Array(3);
  readonly n = new Float64Array(3);

  constructor(readonly input: Pick<BakeInput, 'mesh' | 'normals' | 'tangents'>) {}

  setTo(face: number, shares: Float64Array): void {
    const { mesh, normals, tangents } = this.input;
    this.n.fill(0);
    this.t.fill(0);
    for (let k = 0; k < 3; k++) {
      const vertex = mesh.indices[face * 3 + k]!;
      for (let d = 0; d < 3; d++) {
        this.n[d]! += shares[k]! * normals[vertex * 3 + d]!;
        this.t[d]! += shares[k]! * tangents[vertex * 4 + d]!;
      }
    }
    normalize(this.n);
    normalize(this.t);
    const w = tangents[mesh.indices[face * 3]! * 4 + 3]!;
    const [nx, ny, nz] = this.n as unknown as [number, number, number];
    const [tx, ty, tz] = this.t as unknown as [number, number, number];
    this.b[0] = (ny * tz - nz * ty) * w;
    this.b[1] = (nz * tx - nx * tz) * w;
    this.b[2] = (nx * ty - ny * tx) * w;
    normalize(this.b);
  }
}

function normalize(v: Float64Array): void {
  const length = Math.sqrt(dot(v, v)) || 1;
  for (let d = 0; d < 3; d++) v[d]! /= length;
}
