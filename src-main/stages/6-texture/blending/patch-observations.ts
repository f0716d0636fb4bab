import type { ViewSurvey } from '../views/survey-view-task.js';

/** The surveys sorted by patch: patch p has the observations `offsets[p] .. offsets[p + 1] - 1`, by ascending view. */
export interface PatchObservations {
  /** Uint32Array[patchCount + 1]. */
  readonly offsets: Uint32Array;
  /** Uint16Array[n]. */
  readonly views: Uint16Array;
  /** Float32Array[n]. */
  readonly weights: Float32Array;
  /** Float32Array[n*3], RGB 0..255. */
  readonly colors: Float32Array;
}

export function observationsByPatch(surveys: readonly ViewSurvey[], patchCount: number): PatchObservations {
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
      for (let c = 0; c < 3; c++) colors[at * 3 + c] = survey.colors[i * 3 + c]!;
    }
  }
  return { offsets, views, weights, colors };
}
