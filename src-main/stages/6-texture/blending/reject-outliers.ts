import type { PatchObservations } from './patch-observations.js';

export interface RejectOutliersOptions {
  /** Colours within this distance of the consensus are as good as equal (RGB, 0..255). */
  readonly toleratedDistance: number;
  /** The scale of the rejection over the views' median distance from the consensus. */
  readonly spreadFactor: number;
  /** Views that would count less than this are not used at all. */
  readonly minFactor: number;
  /** A view whose weight is less than this share of the best one's is not used. */
  readonly minRelativeWeight: number;
}

export const REJECT_OUTLIERS_DEFAULTS: RejectOutliersOptions = {
  toleratedDistance: 14,
  spreadFactor: 1.5,
  minFactor: 0.15,
  minRelativeWeight: 0.1,
};

/** How much each view counts on each patch. */
export interface PatchVotes {
  /** Per view Uint8Array[patchCount]: 0 not used, 255 fully. */
  readonly factors: readonly Uint8Array[];
  /** Float32Array[patchCount], largest weight of a used view; 0 where no view is used. Shared memory. */
  readonly bestWeights: Float32Array;
  readonly rejectedCount: number;
  readonly observationCount: number;
}

/**
 * Finds views that see something else than the surface (a passer-by, a highlight, a part that the mesh lacks): colours far from
 * the consensus of a patch.
 *
 * Based on: Waechter, Moehrle and Goesele, "Let there be color!", ECCV 2014, section 4.2 (photo-consistency check), with a
 * Geman-McClure weight around the weighted mean, started at the medoid, in place of their covariance.
 *
 * @param gains Float64Array[views*3]
 */
export function rejectOutliers(
  all: PatchObservations,
  gains: Float64Array,
  options: RejectOutliersOptions = REJECT_OUTLIERS_DEFAULTS,
): PatchVotes {
  const patchCount = all.offsets.length - 1;
  const factors = Array.from({ length: gains.length / 3 }, () => new Uint8Array(patchCount));
  const bestWeights = new Float32Array(new SharedArrayBuffer(patchCount * 4));
  let rejectedCount = 0;
  for (let patch = 0; patch < patchCount; patch++) {
    const observations = new PatchConsensus(all, gains, patch);
    const agreement = observations.agreement(options);
    let best = 0;
    for (let i = 0; i < observations.count; i++) {
      if (agreement[i]! < options.minFactor) rejectedCount++;
      else best = Math.max(best, observations.weight(i));
    }
    bestWeights[patch] = best;
    for (let i = 0; i < observations.count; i++) {
      const isUsed = agreement[i]! >= options.minFactor && observations.weight(i) >= options.minRelativeWeight * best;
      if (isUsed) factors[observations.view(i)]![patch] = Math.round(255 * agreement[i]!);
    }
  }
  return { factors, bestWeights, rejectedCount, observationCount: all.views.length };
}

const CONSENSUS_ITERATIONS = 4;
/** With fewer views there is no telling who is right. */
const MIN_VIEWS = 3;

/** The views of one patch, in corrected colours. */
class PatchConsensus {
  readonly count: number;
  readonly #all: PatchObservations;
  readonly #start: number;
  readonly #colors: Float64Array;

  constructor(all: PatchObservations, gains: Float64Array, patch: number) {
    this.#all = all;
    this.#start = all.offsets[patch]!;
    this.count = all.offsets[patch + 1]! - this.#start;
    this.#colors = new Float64Array(this.count * 3);
    for (let i = 0; i < this.#colors.length; i++) {
      const view = this.view(Math.floor(i / 3));
      this.#colors[i] = all.colors[this.#start * 3 + i]! * gains[view * 3 + (i % 3)]!;
    }
  }

  view(i: number): number {
    return this.#all.views[this.#start + i]!;
  }

  weight(i: number): number {
    return this.#all.weights[this.#start + i]!;
  }

  /** How well each view agrees with the others, 0..1. */
  agreement({ toleratedDistance, spreadFactor }: RejectOutliersOptions): Float64Array {
    const agreement = new Float64Array(this.count).fill(1);
    if (this.count < MIN_VIEWS) return agreement;
    const consensus = this.#medoid();
    const distances = new Float64Array(this.count);
    for (let iteration = 0; iteration < CONSENSUS_ITERATIONS; iteration++) {
      for (let i = 0; i < this.count; i++) distances[i] = this.#distance(i, consensus, 0);
      const median = distances.slice().sort()[this.count >> 1]!;
      const scale = Math.max(toleratedDistance, spreadFactor * median);
      for (let i = 0; i < this.count; i++) agreement[i] = (1 + (distances[i]! / scale) ** 2) ** -2;
      this.#setMean(agreement, consensus);
    }
    return agreement;
  }

  /** The colour whose weighted distances to the others are smallest. */
  #medoid(): Float64Array {
    let best = 0;
    let lowest = Number.POSITIVE_INFINITY;
    for (let i = 0; i < this.count; i++) {
      let sum = 0;
      for (let j = 0; j < this.count && sum < lowest; j++) {
        sum += this.weight(j) * this.#distance(j, this.#colors, i * 3);
      }
      if (sum >= lowest) continue;
      lowest = sum;
      best = i;
    }
    return this.#colors.slice(best * 3, best * 3 + 3);
  }

  #setMean(agreement: Float64Array, mean: Float64Array): void {
    mean.fill(0);
    let sum = 0;
    for (let i = 0; i < this.count; i++) {
      const weight = agreement[i]! * this.weight(i);
      sum += weight;
      for (let c = 0; c < 3; c++) mean[c]! += weight * this.#colors[i * 3 + c]!;
    }
    for (let c = 0; c < 3; c++) mean[c]! /= sum;
  }

  #distance(i: number, color: Float64Array, at: number): number {
    const red = this.#colors[i * 3]! - color[at]!;
    const green = this.#colors[i * 3 + 1]! - color[at + 1]!;
    const blue = this.#colors[i * 3 + 2]! - color[at + 2]!;
    return Math.sqrt(red * red + green * green + blue * blue);
  }
}
