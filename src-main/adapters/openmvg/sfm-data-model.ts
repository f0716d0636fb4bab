import type { Camera } from '../../../src-shared/scene/camera.js';
import type { RigidTransform } from '../../../src-shared/scene/conventions.js';
import type { RegisteredImage, SparseModel } from '../../../src-shared/scene/sparse-model.js';
import { lensFromParameters, project } from '../../geometry/camera-projection.js';
import { cameraOfIntrinsic, intrinsicOfCamera, PIXEL_SHIFT } from './openmvg-cameras.js';
import type { SfmData, SfmLandmark, SfmPose } from './sfm-data.js';

/** Colour of points whose own is not known. */
const GREY = [128, 128, 128];

/**
 * A solved scene as a sparse model: views with pose and camera become images (`photoId` is the view's id, `name` its file), centres
 * become translations, pixels are counted from the corner. Points are sorted by id, observations by view. Points that fewer than
 * two of the images see are left out.
 *
 * @param colorOf colour of the point at a position, if known
 */
export function modelOfSfmData(
  data: SfmData,
  colorOf: (X: readonly number[]) => readonly number[] | undefined,
): SparseModel {
  const cameras = [...data.intrinsics]
    .map(([cameraId, intrinsic]) => cameraOfIntrinsic(cameraId, intrinsic))
    .sort((a, b) => a.cameraId - b.cameraId);
  const images = data.views
    .flatMap(({ viewId, filename, intrinsicId, poseId }): RegisteredImage[] => {
      const pose = data.poses.get(poseId);
      if (pose === undefined || !data.intrinsics.has(intrinsicId)) return [];
      return [{ photoId: viewId, name: filename, cameraId: intrinsicId, camFromWorld: transformOfPose(pose) }];
    })
    .sort((a, b) => a.photoId - b.photoId);
  const used = new Set(images.map(({ cameraId }) => cameraId));
  return {
    cameras: cameras.filter(({ cameraId }) => used.has(cameraId)),
    images,
    ...pointsOf(data, images, cameras, colorOf),
  };
}

/** t = -R C. */
export function transformOfPose({ rotation, center }: SfmPose): RigidTransform {
  const R = Float64Array.from(rotation);
  return { R, t: Float64Array.from([0, 3, 6], (row) => -dot(R, row, center)) };
}

/** C = -R^T t. */
export function poseOfTransform({ R, t }: RigidTransform): SfmPose {
  const center = [0, 1, 2].map((k) => -(R[k]! * t[0]! + R[3 + k]! * t[1]! + R[6 + k]! * t[2]!));
  return { rotation: [...R], center };
}

const dot = (R: Float64Array, row: number, X: ArrayLike<number>) =>
  R[row]! * X[0]! + R[row + 1]! * X[1]! + R[row + 2]! * X[2]!;

function pointsOf(
  { landmarks }: SfmData,
  images: readonly RegisteredImage[],
  cameras: readonly Camera[],
  colorOf: (X: readonly number[]) => readonly number[] | undefined,
) {
  const imageOf = new Map(images.map((image) => [image.photoId, image]));
  const points = landmarks
    .map((landmark) => ({
      ...landmark,
      observations: landmark.observations.filter(({ viewId }) => imageOf.has(viewId)),
    }))
    .filter(({ observations }) => observations.length >= 2)
    .sort((a, b) => a.id - b.id);
  for (const { observations } of points) observations.sort((a, b) => a.viewId - b.viewId);
  const all = points.flatMap(({ observations }) => observations);
  const errorOf = reprojection(imageOf, cameras);
  const offsets = [0];
  for (const { observations } of points) offsets.push(offsets.at(-1)! + observations.length);
  return {
    positions: Float64Array.from(points.flatMap(({ X }) => X)),
    colors: Uint8Array.from(points.flatMap(({ X }) => colorOf(X) ?? GREY)),
    errors: Float32Array.from(points, errorOf),
    trackOffsets: Uint32Array.from(offsets),
    trackPhotoIds: Uint32Array.from(all, ({ viewId }) => viewId),
    trackFeatures: Uint32Array.from(all, ({ featureId }) => featureId),
    trackPixels: Float32Array.from(all.flatMap(({ x }) => x.map((value) => value + PIXEL_SHIFT))),
  };
}

/** Mean reprojection error of a point, pixels. */
function reprojection(imageOf: ReadonlyMap<number, RegisteredImage>, cameras: readonly Camera[]) {
  const lenses = new Map(
    cameras.map(({ cameraId, model, parameters }) => [cameraId, lensFromParameters(model, parameters)]),
  );
  const pixel = new Float64Array(2);
  return ({ X, observations }: SfmLandmark): number => {
    let sum = 0;
    for (const { viewId, x } of observations) {
      const { cameraId, camFromWorld } = imageOf.get(viewId)!;
      const { R, t } = camFromWorld;
      const [x0, y0, z0] = [0, 3, 6].map((row, k) => dot(R, row, X) + t[k]!) as [number, number, number];
      if (!project(lenses.get(cameraId)!, 0, x0, y0, z0, pixel, 0)) continue;
      sum += Math.hypot(pixel[0]! - x[0]! - PIXEL_SHIFT, pixel[1]! - x[1]! - PIXEL_SHIFT);
    }
    return sum / Math.max(1, observations.length);
  };
}

/**
 * A sparse model as a scene of OpenMVG: the inverse of {@link modelOfSfmData}.
 *
 * @param rootPath folder of the images, as the programs see it
 * @param nameOf file of an image in it
 * @throws TOOL_NOT_CAPABLE for cameras that OpenMVG does not have
 */
export function sfmDataOfModel(
  model: SparseModel,
  rootPath: string,
  nameOf: (image: RegisteredImage) => string,
): SfmData {
  const { cameras, images, positions, trackOffsets, trackPhotoIds, trackFeatures, trackPixels } = model;
  const sizeOf = new Map(cameras.map(({ cameraId, width, height }) => [cameraId, { width, height }]));
  return {
    rootPath,
    views: images.map((image) => ({
      ...{ viewId: image.photoId, filename: nameOf(image), poseId: image.photoId, intrinsicId: image.cameraId },
      ...(sizeOf.get(image.cameraId) ?? { width: 0, height: 0 }),
    })),
    intrinsics: new Map(cameras.map((camera) => [camera.cameraId, intrinsicOfCamera(camera, false)])),
    poses: new Map(images.map(({ photoId, camFromWorld }) => [photoId, poseOfTransform(camFromWorld)])),
    landmarks: Array.from({ length: trackOffsets.length - 1 }, (_, point) => ({
      id: point,
      X: [...positions.subarray(point * 3, point * 3 + 3)],
      observations: Array.from({ length: trackOffsets[point + 1]! - trackOffsets[point]! }, (__, k) => {
        const at = trackOffsets[point]! + k;
        const x = [trackPixels[at * 2]! - PIXEL_SHIFT, trackPixels[at * 2 + 1]! - PIXEL_SHIFT];
        return { viewId: trackPhotoIds[at]!, featureId: trackFeatures[at]!, x };
      }),
    })),
  };
}
