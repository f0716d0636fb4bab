import type { Mesh } from '../../../../src-shared/scene/mesh.js';
import { decodeMask, decodePhoto } from '../../../formats/image/decode-photo.js';
import { lowBand, sampleLowBand } from '../views/low-band.js';
import { distort, observeSurface, type PhotoView } from '../views/observe-surface.js';
import { samplePhoto } from '../views/sample-photo.js';
import { look, type Sight } from '../views/sight.js';
import { waitForTurn } from './turns.js';

export interface BlendOptions {
  /** Integer power of the views' relative weights for the slow variations: 1 blends all views. */
  readonly lowBandPower: number;
  /** The same for the detail: large lets the best view win, which keeps it sharp where photos disagree by a pixel. */
  readonly highBandPower: number;
}

/** All arrays are in shared memory except `factors`. */
export interface BlendInput {
  readonly view: PhotoView;
  /** Place of this view in the order in which views are added. */
  readonly turn: number;
  readonly mesh: Mesh;
  /** Float32Array[m*3], smooth normals of the faces. */
  readonly normals: Float32Array;
  readonly faceOffsets: Uint32Array;
  readonly positions: Float32Array;
  readonly patchOfTexel: Uint32Array;
  /** Uint8Array[patchCount], how much this view counts on each patch. */
  readonly factors: Uint8Array;
  readonly bestWeights: Float32Array;
  /** Red, green and blue factors of this photo. */
  readonly gains: readonly number[];
  readonly options: BlendOptions;
  /** Float32Array[n*8]: per texel, from `firstTexel` on, the low band's RGB and weight sums, then the high band's. */
  readonly sums: Float32Array;
  readonly firstTexel: number;
  /** First face of each stripe, and the end of the last: stripes are blended one view after the other. */
  readonly stripes: readonly number[];
  /** Int32Array[stripes], the turn that each stripe is at. */
  readonly turns: Int32Array;
}

/**
 * Adds one photo to the texture's sums. Several views work at once, each on another stripe of the texture; every stripe takes the
 * views in their order, so that the sums are the same, to the last bit, with any number of workers.
 */
export async function run(input: BlendInput): Promise<{ samples: number }> {
  let next = 0;
  try {
    const { view } = input;
    const [photo, mask] = await Promise.all([
      decodePhoto(view.photo, { channels: 3, maxDimensionPx: Math.max(view.width, view.height) }),
      decodeMask(view.photo, view.width, view.height),
    ]);
    const surface = observeSurface(input.mesh, view, mask);
    const blender = new ViewBlender(input, surface, photo.data);
    for (; next < input.turns.length; next++) {
      waitForTurn(input.turns, next, input.turn);
      blender.addFaces(input.stripes[next]!, input.stripes[next + 1]!);
      passTurn(input, next);
    }
    return { samples: blender.samples };
  } finally {
    // After an error the views that wait for this one must not wait for ever.
    for (; next < input.turns.length; next++) passTurn(input, next);
  }
}

function passTurn({ turns, turn }: BlendInput, stripe: number): void {
  Atomics.store(turns, stripe, turn + 1);
  Atomics.notify(turns, stripe);
}

class ViewBlender {
  samples = 0;
  readonly #input: BlendInput;
  readonly #surface: ReturnType<typeof observeSurface>;
  readonly #rgb: Uint8Array;
  readonly #low: ReturnType<typeof lowBand>;
  readonly #sight: Sight = { weight: 0, u: 0, v: 0 };
  readonly #pixel = new Float64Array(2);
  readonly #color = new Float64Array(3);
  readonly #lowColor = new Float64Array(3);

  constructor(input: BlendInput, surface: ReturnType<typeof observeSurface>, rgb: Uint8Array) {
    this.#input = input;
    this.#surface = surface;
    this.#rgb = rgb;
    this.#low = lowBand(surface, rgb);
  }

  addFaces(first: number, end: number): void {
    const { normals, faceOffsets, positions, patchOfTexel, factors, bestWeights } = this.#input;
    const sight = this.#sight;
    for (let face = first; face < end; face++) {
      const nx = normals[face * 3]!;
      const ny = normals[face * 3 + 1]!;
      const nz = normals[face * 3 + 2]!;
      for (let i = faceOffsets[face]!; i < faceOffsets[face + 1]!; i++) {
        const patch = patchOfTexel[i]!;
        const factor = factors[patch]!;
        if (factor === 0) continue;
        look(this.#surface, positions[i * 3]!, positions[i * 3 + 1]!, positions[i * 3 + 2]!, nx, ny, nz, sight);
        if (sight.weight > 0) this.#add(i, (sight.weight * factor) / (255 * bestWeights[patch]!));
      }
    }
  }

  #add(texel: number, weight: number): void {
    const { view, gains, sums, options } = this.#input;
    const color = this.#color;
    const low = this.#lowColor;
    distort(view.lens, this.#sight.u + this.#surface.left, this.#sight.v + this.#surface.top, this.#pixel);
    samplePhoto(this.#rgb, view.width, view.height, this.#pixel[0]!, this.#pixel[1]!, color);
    sampleLowBand(this.#low, this.#sight.u, this.#sight.v, low);
    const lowWeight = integerPower(weight, options.lowBandPower);
    const highWeight = integerPower(weight, options.highBandPower);
    const at = (texel - this.#input.firstTexel) * 8;
    for (let c = 0; c < 3; c++) {
      sums[at + c]! += lowWeight * gains[c]! * low[c]!;
      sums[at + 4 + c]! += highWeight * gains[c]! * (color[c]! - low[c]!);
    }
    sums[at + 3]! += lowWeight;
    sums[at + 7]! += highWeight;
    this.samples++;
  }
}

/** Several times as fast as `**`. */
function integerPower(base: number, exponent: number): number {
  let power = base;
  for (let i = 1; i < exponent; i++) power *= base;
  return power;
}
