import type { PreviewEvent } from '../../../../src-shared/pipeline/preview-event.js';
import { allTracks } from './filter-points.js';
import type { Reconstruction } from './reconstruction.js';

const MAX_PREVIEW_POINTS = 3000;

/** The cameras and a sample of the points so far. */
export function previewOf(model: Reconstruction): PreviewEvent {
  const { scene, tracks } = model;
  const stride = Math.max(1, Math.ceil(model.pointCount / MAX_PREVIEW_POINTS));
  const points: number[] = [];
  let index = 0;
  for (const track of allTracks(model)) {
    if (model.hasPoint[track] === 0 || index++ % stride !== 0) continue;
    const node = tracks.offsets[track]!;
    const feature = tracks.features[node]!;
    points.push(...model.points.subarray(track * 3, track * 3 + 3));
    points.push(...scene.colors[tracks.photos[node]!]!.subarray(feature * 3, feature * 3 + 3));
  }
  return {
    kind: 'sparse',
    cameras: model.registered.map((photo) => {
      return { photoId: photo, center: [...model.centre(photo)], R: [...model.camFromWorld(photo).R] };
    }),
    points,
  };
}
