import type { SparseModel } from '../../../src-shared/scene/sparse-model.js';
import type { View } from '../../../src-shared/scene/view.js';
import { ByteWriter } from '../../formats/openmvs/mvs-bytes.js';
import type { MvsScene } from '../../formats/openmvs/mvs-scene.js';

/** OpenMVS counts pixels from the centre of the first one, Atlas from its corner. */
const PIXEL_SHIFT = 0.5;
/** Has all that is needed, and OpenMVS 1.0 reads it too. */
const VERSION = 3;
const IDENTITY_3 = [1, 0, 0, 0, 1, 0, 0, 0, 1];
const IDENTITY_4 = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];

/**
 * Undistorted views and the points that they see, as a scene of OpenMVS: a platform a view, as views may differ in size.
 *
 * @param nameOf image file of a view
 */
export function sceneOfViews(views: readonly View[], model: SparseModel, nameOf: (view: View) => string): MvsScene {
  return {
    version: VERSION,
    platforms: views.map((view) => ({
      name: '',
      cameras: [{ ...cameraOf(view), R: IDENTITY_3, C: [0, 0, 0] }],
      poses: [{ R: [...view.camFromWorld.R], C: centreOf(view) }],
    })),
    images: views.map((view, index) => ({
      ...{ name: nameOf(view), maskName: '', platformId: index, cameraId: 0, poseId: 0, id: index },
      scores: new Uint8Array(0),
    })),
    rest: pointsAsBytes(views, model),
  };
}

function cameraOf({ width, height, fx, fy, cx, cy }: View) {
  return { name: '', bandName: '', width, height, K: [fx, 0, cx - PIXEL_SHIFT, 0, fy, cy - PIXEL_SHIFT, 0, 0, 1] };
}

/** C = -R^T t. */
function centreOf({ camFromWorld: { R, t } }: View): number[] {
  return [0, 1, 2].map((k) => -(R[k]! * t[0]! + R[3 + k]! * t[1]! + R[6 + k]! * t[2]!));
}

/** Points with the views that see them, no normals, colours or lines, then the transform of the whole. */
function pointsAsBytes(views: readonly View[], model: SparseModel): Uint8Array {
  const { positions, trackOffsets, trackPhotoIds } = model;
  const viewOf = new Map(views.map(({ photoId }, index) => [photoId, index]));
  const points = Array.from({ length: trackOffsets.length - 1 }, (_, point) => ({
    X: [...positions.subarray(point * 3, point * 3 + 3)],
    views: [...new Set(trackPhotoIds.subarray(trackOffsets[point], trackOffsets[point + 1]))]
      .flatMap((photoId) => viewOf.get(photoId) ?? [])
      .sort((a, b) => a - b),
  })).filter((point) => point.views.length >= 2);
  const writer = new ByteWriter();
  writer.list(points, (point) => {
    writer.floats(point.X);
    writer.list(point.views, (view) => {
      writer.u32(view);
      writer.floats([0]); // Confidence: not known.
    });
  });
  // Normals and colours of points; lines with theirs.
  for (let list = 0; list < 5; list++) writer.count(0);
  writer.doubles(IDENTITY_4);
  return writer.finish();
}
