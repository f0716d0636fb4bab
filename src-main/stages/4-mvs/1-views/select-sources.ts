import type { SparseModel } from '../../../../src-shared/scene/sparse-model.js';

/** How source views are chosen. */
export interface SelectSourcesOptions {
  readonly maxSources: number;
  /** Triangulation angles between these count fully; smaller ones give no depth, larger ones look too different. */
  readonly minGoodAngleDeg: number;
  readonly maxGoodAngleDeg: number;
  /** Standard deviations of the fall-off outside. */
  readonly smallAngleSigmaDeg: number;
  readonly largeAngleSigmaDeg: number;
  /** Views that score less than this share of the best one are left out. */
  readonly minScoreRatio: number;
}

export const SELECT_SOURCES_DEFAULTS: SelectSourcesOptions = {
  maxSources: 8,
  minGoodAngleDeg: 7,
  maxGoodAngleDeg: 20,
  smallAngleSigmaDeg: 3,
  largeAngleSigmaDeg: 10,
  minScoreRatio: 0.05,
};

/**
 * The best source views of each registered image: the sum over the shared points of a weight by triangulation angle and
 * one by resolution (the smaller pixel footprint over the larger).
 *
 * Based on: Furukawa & Ponce, CVPR 2007; Yao et al. (MVSNet), ECCV 2018, Sec. 4.1 (piecewise Gaussian of the angle).
 *
 * @returns for each image, indices in `model.images`, best first
 */
export function selectSources(model: SparseModel, options: SelectSourcesOptions): number[][] {
  const scores = pairScores(model, options);
  const count = model.images.length;
  return Array.from({ length: count }, (_, i) => {
    const row = scores.subarray(i * count, (i + 1) * count);
    const ranked = Array.from(row.keys())
      .filter((j) => row[j]! > 0)
      .sort((a, b) => row[b]! - row[a]! || a - b);
    const best = ranked[0] === undefined ? 0 : row[ranked[0]]!;
    return ranked.filter((j) => row[j]! >= options.minScoreRatio * best).slice(0, options.maxSources);
  });
}

/** Float64Array[n*n], symmetric. */
function pairScores(model: SparseModel, options: SelectSourcesOptions): Float64Array {
  const { images, positions, trackOffsets, trackPhotoIds } = model;
  const count = images.length;
  const indexOfPhoto = new Map(images.map((image, index) => [image.photoId, index]));
  const focals = new Map(model.cameras.map((camera) => [camera.cameraId, camera.parameters[0]!]));
  const centers = images.map(({ camFromWorld: { R, t } }) =>
    [0, 1, 2].map((i) => -(R[i]! * t[0]! + R[3 + i]! * t[1]! + R[6 + i]! * t[2]!)),
  );
  const scores = new Float64Array(count * count);
  for (let point = 0; point + 1 < trackOffsets.length; point++) {
    const viewers: { index: number; ray: number[]; footprint: number }[] = [];
    for (let o = trackOffsets[point]!; o < trackOffsets[point + 1]!; o++) {
      const index = indexOfPhoto.get(trackPhotoIds[o]!);
      if (index === undefined || viewers.some((viewer) => viewer.index === index)) continue;
      const ray = [0, 1, 2].map((i) => positions[point * 3 + i]! - centers[index]![i]!);
      const length = Math.hypot(...ray);
      if (length === 0) continue;
      const footprint = length / (focals.get(images[index]!.cameraId) ?? 1);
      viewers.push({ index, ray: ray.map((value) => value / length), footprint });
    }
    for (const [i, a] of viewers.entries()) {
      for (const b of viewers.slice(i + 1)) {
        const cosine = a.ray[0]! * b.ray[0]! + a.ray[1]! * b.ray[1]! + a.ray[2]! * b.ray[2]!;
        const angleDeg = (Math.acos(Math.min(1, Math.max(-1, cosine))) * 180) / Math.PI;
        const ratio = Math.min(a.footprint, b.footprint) / Math.max(a.footprint, b.footprint);
        const score = angleWeight(angleDeg, options) * ratio;
        scores[a.index * count + b.index]! += score;
        scores[b.index * count + a.index]! += score;
      }
    }
  }
  return scores;
}

/** 1 within the good angles, Gaussian outside. */
export function angleWeight(angleDeg: number, options: SelectSourcesOptions): number {
  const below = Math.max(0, options.minGoodAngleDeg - angleDeg) / options.smallAngleSigmaDeg;
  const above = Math.max(0, angleDeg - options.maxGoodAngleDeg) / options.largeAngleSigmaDeg;
  return Math.exp(-0.5 * (below * below + above * above));
}
