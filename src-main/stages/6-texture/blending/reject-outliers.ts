import type { ViewSurvey } from '../views/survey-view-task.js';

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
  minRelativeWeight: 0.03,
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
  surveys: readonly ViewSurvey[],
  gains: Float64Array,
  patchCount: number,
  options: RejectOutliersOptions = REJECT_OUTLIERS_DEFAULTS,
): PatchVotes {
  const byPatch = observationsByPatch(surveys, gains, patchCount);
  const factors = surveys.map(() => new Uint8Array(patchCount));
  const bestWeights = new Float32Array(new SharedArrayBuffer(patchCount * 4));
  let rejectedCount = 0;
  for (let patch = 0; patch < patchCount; patch++) {
    const observations = new PatchObservations(byPatch, patch);
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
  return { factors, bestWeights, rejectedCount, observationCount: byPatch.views.length };
}

interface ObservationsByPatch {
  readonly offsets: Uint32Array;
  readonly views: Uint16Array;
  readonly weights: Float32Array;
  readonly colors: Float32Array;
}

function observationsByPatch(surveys: readonly ViewSurvey[], gains: Float64Array, patchCount: number) {
  const offsets = new Uint32Array(patchCount + 1);
  for (const { patches } of surveys) for (const patch of patches) offsets[patch + 1]!++;
  for (let patch = 0; patch < patchCount; patch++) offsets[patch + 1]! += offsets[patch]!;
  const count = offsets[patchCount]!;
  const next = offsets.slice();
  const views = new Uint16Array(count);
  const weights = new Float32Array(count);
  const colors = new Float32Array(count * 3);
  for (const [v, survey] of surveys.entries()) {
    for (let i = 0; i < survey.patches.length; i++) {
      const at = next[survey.patches[i]!]!++;
      views[at] = v;
      weights[at] = survey.weights[i]!;
      for (let c = 0; c < 3; c++) colors[at * 3 + c] = survey.colors[i * 3 + c]! * gains[v * 3 + c]!;
    }
  }
  return { offsets, views, weights, colors };
}

const CONSENSUS_ITERATIONS = 4;
/** With fewer views there is no telling who is right. */
const MIN_VIEWS = 3;

class PatchObservations {
  readonly #all: ObservationsByPatch;
  readonly #start: number;
  readonly count: number;

  constructor(all: ObservationsByPatch, patch: number) {
    this.#all = all;
    this.#start = all.offsets[patch]!;
    this.count = all.offsets[patch + 1]! - this.#start;
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
    let consensus = this.#medoid();
    for (let iteration = 0; iteration < CONSENSUS_ITERATIONS; iteration++) {
      const distances = Float64Array.from(agreement, (_, i) => this.#distance(i, consensus));
      const median = distances.slice().sort()[this.count >> 1]!;
      const scale = Math.max(toleratedDistance, spreadFactor * median);
      for (let i = 0; i < this.count; i++) agreement[i] = (1 + (distances[i]! / scale) ** 2) ** -2;
      consensus = this.#mean(agreement);
    }
    return agreement;
  }

  /** The colour whose weighted distances to the others are smallest. */
  #medoid(): number[] {
    let best = 0;
    let lowest = Number.POSITIVE_INFINITY;
    for (let i = 0; i < this.count; i++) {
      const color = this.#color(i);
      let sum = 0;
      for (let j = 0; j < this.count; j++) sum += this.weight(j) * this.#distance(j, color);
      if (sum >= lowest) continue;
      lowest = sum;
      best = i;
    }
    return this.#color(best);
  }

  #mean(agreement: Float64Array): number[] {
    const mean = [0, 0, 0];
    let sum = 0;
    for (let i = 0; i < this.count; i++) {
      const weight = agreement[i]! * this.weight(i);
      sum += weight;
      for (let c = 0; c < 3; c++) mean[c]! += weight * this.#all.colors[(this.#start + i) * 3 + c]!;
    }
    return mean.map((value) => value / sum);
  }

  #color(i: number): number[] {
    const at = (this.#start + i) * 3;
    return [this.#all.colors[at]!, this.#all.colors[at + 1]!, this.#all.colors[at + 2]!];
  }

  #distance(i: number, color: readonly number[]): number {
    const at = (this.#start + i) * 3;
    const dr = this.#all.colors[at]! - color[0]!;
    const dg = this.#all.colors[at + 1]! - color[1]!;
    const db = this.#all.colors[at + 2]! - color[2]!;
    return Math.sqrt(dr * dr + dg * dg + db * db);
  }
}
