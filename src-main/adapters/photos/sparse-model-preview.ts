import type { PreviewEvent } from '../../../src-shared/pipeline/preview-event.js';
import type { SparseModel } from '../../../src-shared/scene/sparse-model.js';

const MAX_PREVIEW_POINTS = 3000;

/** The cameras and a sample of the points of a finished model. */
export function sparseModelPreview({ images, positions, colors, errors }: SparseModel): PreviewEvent {
  const stride = Math.max(1, Math.ceil(errors.length / MAX_PREVIEW_POINTS));
  const points: number[] = [];
  for (let i = 0; i < errors.length; i += stride) {
    points.push(...positions.subarray(i * 3, i * 3 + 3), ...colors.subarray(i * 3, i * 3 + 3));
  }
  return {
    kind: 'sparse',
    cameras: images.map(({ photoId, camFromWorld: { R, t } }) => {
      const center = [0, 1, 2].map((k) => -(R[k]! * t[0]! + R[3 + k]! * t[1]! + R[6 + k]! * t[2]!));
      return { photoId, center, R: [...R] };
    }),
    points,
  };
}
