import type { Camera } from '../../../../src-shared/scene/camera.js';
import type { RegisteredImage, SparseModel } from '../../../../src-shared/scene/sparse-model.js';
import { LENS_SIZE } from '../../../geometry/camera-projection.js';
import { baseColumnsOf } from '../bundle-adjustment/bundle-problem.js';
import { allTracks } from './filter-points.js';
import type { Reconstruction } from './reconstruction.js';

/** Half the side of the box into which the cameras and most points fit, world units. */
const WORLD_EXTENT = 5;

/**
 * The finished model: cameras and images by id, points in the order of their tracks, with the mean colour of their keypoints.
 * The world is moved and scaled so that the middle of the points is at the origin and their middle 80 % spans about 10 units.
 */
export function sparseModelOf(model: Reconstruction): SparseModel {
  const { scene, tracks } = model;
  const points = [...allTracks(model)].filter((track) => model.hasPoint[track] === 1);
  const { centre, scale } = normalizationOf(model, points);
  const images = [...model.registered]
    .sort((a, b) => a - b)
    .map((photo): RegisteredImage => {
      const { R, t } = model.camFromWorld(photo);
      // X = X' / scale + centre, hence scale (R X + t) = R X' + scale (R centre + t)
      for (let i = 0; i < 3; i++) {
        const shift = R[i * 3]! * centre[0]! + R[i * 3 + 1]! * centre[1]! + R[i * 3 + 2]! * centre[2]!;
        t[i] = scale * (t[i]! + shift);
      }
      const { photoId, name, cameraId } = scene.photos[photo]!;
      return { photoId, name, cameraId, camFromWorld: { R, t } };
    });
  const used = new Set(images.map((image) => image.cameraId));
  const cameras = scene.cameras
    .map((camera, index): Camera => {
      const { cameraId, model: cameraModel, width, height } = camera;
      const lens = model.intrinsics.subarray(index * LENS_SIZE, index * LENS_SIZE + LENS_SIZE);
      const parameters = baseColumnsOf(cameraModel).map((columns) => lens[columns[0]!]!);
      return { cameraId, model: cameraModel, width, height, parameters };
    })
    .filter((camera) => used.has(camera.cameraId));

  const nodeCount = points.reduce((sum, track) => sum + model.observationCount(track), 0);
  const sparse = {
    cameras,
    images,
    positions: new Float64Array(points.length * 3),
    colors: new Uint8Array(points.length * 3),
    errors: new Float32Array(points.length),
    trackOffsets: new Uint32Array(points.length + 1),
    trackPhotoIds: new Uint32Array(nodeCount),
    trackFeatures: new Uint32Array(nodeCount),
    trackPixels: new Float32Array(nodeCount * 2),
  };
  let observation = 0;
  points.forEach((track, point) => {
    const color = [0, 0, 0];
    let error = 0;
    for (let node = tracks.offsets[track]!; node < tracks.offsets[track + 1]!; node++) {
      if (model.isObserved[node] === 0) continue;
      const photo = tracks.photos[node]!;
      const feature = tracks.features[node]!;
      sparse.trackPhotoIds[observation] = photo;
      sparse.trackFeatures[observation] = feature;
      sparse.trackPixels.set(tracks.pixels.subarray(node * 2, node * 2 + 2), observation * 2);
      for (let i = 0; i < 3; i++) color[i]! += scene.colors[photo]![feature * 3 + i]!;
      error += Math.sqrt(model.squaredError(node)) * model.pixelScales[photo]!;
      observation++;
    }
    const length = observation - sparse.trackOffsets[point]!;
    sparse.trackOffsets[point + 1] = observation;
    sparse.errors[point] = error / length;
    for (let i = 0; i < 3; i++) {
      sparse.colors[point * 3 + i] = Math.round(color[i]! / length);
      sparse.positions[point * 3 + i] = scale * (model.points[track * 3 + i]! - centre[i]!);
    }
  });
  return sparse;
}

function normalizationOf(model: Reconstruction, points: readonly number[]) {
  const centre = [0, 0, 0];
  let extent = 0;
  for (let i = 0; i < 3; i++) {
    const values = Float64Array.from(points, (track) => model.points[track * 3 + i]!).sort();
    if (values.length === 0) continue;
    const at = (share: number) => values[Math.round(share * (values.length - 1))]!;
    centre[i] = at(0.5);
    extent = Math.max(extent, at(0.9) - at(0.1));
  }
  return { centre, scale: extent > 0 ? (2 * WORLD_EXTENT) / extent : 1 };
}
