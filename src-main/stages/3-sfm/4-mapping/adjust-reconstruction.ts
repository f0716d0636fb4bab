import { CAMERA_MODEL_PARAMETERS, type CameraPrior } from '../../../../src-shared/scene/camera.js';
import { LENS_SIZE } from '../../../geometry/camera-projection.js';
import {
  adjustBundle,
  BUNDLE_ADJUSTMENT_DEFAULTS,
  type BundleSummary,
} from '../bundle-adjustment/bundle-adjustment.js';
import {
  type BundleCamera,
  type BundleProblem,
  baseColumnsOf,
  type ParameterPrior,
} from '../bundle-adjustment/bundle-problem.js';
import type { Reconstruction } from './reconstruction.js';

export interface AdjustmentScope {
  /** Photos whose poses are adjusted; the others that see the points are kept as they are. */
  readonly photos: readonly number[];
  /** Tracks whose points are adjusted. */
  readonly tracks: readonly number[];
  /** Which intrinsics are adjusted where they are not given: none, focal length and distortion, or the principal point too. */
  readonly intrinsics: 'none' | 'lens' | 'all';
  readonly maxIterations: number;
  readonly functionTolerance: number;
}

/** Adjusts part of the model in place. */
export function adjustReconstruction(
  model: Reconstruction,
  scope: AdjustmentScope,
  signal?: AbortSignal,
): BundleSummary {
  const { problem, photos } = bundleProblemOf(model, scope);
  const options = {
    ...BUNDLE_ADJUSTMENT_DEFAULTS,
    maxIterations: scope.maxIterations,
    functionTolerance: scope.functionTolerance,
  };
  const summary = adjustBundle(problem, options, signal);
  photos.forEach((photo, index) => {
    model.rotations.set(problem.rotations.subarray(index * 9, index * 9 + 9), photo * 9);
    model.translations.set(problem.translations.subarray(index * 3, index * 3 + 3), photo * 3);
  });
  scope.tracks.forEach((track, index) => {
    model.points.set(problem.points.subarray(index * 3, index * 3 + 3), track * 3);
  });
  problem.cameras.forEach((camera, index) => {
    baseColumnsOf(camera.model).forEach((columns, parameter) => {
      for (const column of columns) model.intrinsics[index * LENS_SIZE + column] = camera.parameters[parameter]!;
    });
  });
  return summary;
}

function bundleProblemOf(model: Reconstruction, scope: AdjustmentScope) {
  const { offsets, photos: nodePhotos, pixels } = model.tracks;
  const isUsed = new Uint8Array(model.scene.photos.length);
  const pointOffsets = new Uint32Array(scope.tracks.length + 1);
  const nodes: number[] = [];
  scope.tracks.forEach((track, index) => {
    for (let node = offsets[track]!; node < offsets[track + 1]!; node++) {
      if (model.isObserved[node] === 0) continue;
      nodes.push(node);
      isUsed[nodePhotos[node]!] = 1;
    }
    pointOffsets[index + 1] = nodes.length;
  });
  const isFree = new Uint8Array(isUsed.length);
  for (const photo of scope.photos) isFree[photo] = isUsed[photo]!;
  const photos = Array.from(isUsed.keys()).filter((photo) => isUsed[photo]);
  const indexOfPhoto = new Int32Array(isUsed.length).fill(-1);
  photos.forEach((photo, index) => {
    indexOfPhoto[photo] = index;
  });
  const problem: BundleProblem = {
    cameras: model.scene.cameras.map((camera, index) => bundleCameraOf(model, camera, index, scope)),
    imageCameras: Uint32Array.from(photos, (photo) => model.scene.photoCameras[photo]!),
    rotations: gather(model.rotations, photos, 9),
    translations: gather(model.translations, photos, 3),
    fixedPoses: Uint8Array.from({ length: photos.length * 6 }, (_, i) => 1 - isFree[photos[Math.floor(i / 6)]!]!),
    points: gather(model.points, scope.tracks, 3),
    pointOffsets,
    observationImages: Uint32Array.from(nodes, (node) => indexOfPhoto[nodePhotos[node]!]!),
    observationPixels: gather(pixels, nodes, 2),
  };
  fixGauge(model, photos, isFree, problem.fixedPoses);
  return { problem, photos };
}

function gather(values: Float64Array, indices: readonly number[], size: number): Float64Array {
  const out = new Float64Array(indices.length * size);
  indices.forEach((index, i) => {
    for (let k = 0; k < size; k++) out[i * size + k] = values[index * size + k]!;
  });
  return out;
}

/** Where fewer than two poses are kept: keeps the earliest registered one, and the scale by the photo farthest from it. */
function fixGauge(model: Reconstruction, photos: readonly number[], isFree: Uint8Array, fixedPoses: Uint8Array): void {
  const kept = photos.filter((photo) => isFree[photo] === 0);
  if (kept.length >= 2 || photos.length < 2) return;
  const base = kept[0] ?? model.registered.find((photo) => isFree[photo] === 1) ?? photos[0]!;
  fixedPoses.fill(1, photos.indexOf(base) * 6, photos.indexOf(base) * 6 + 6);
  const C = model.centre(base);
  let farthest = { distance: -1, index: 0, component: 0 };
  photos.forEach((photo, index) => {
    if (photo === base) return;
    const D = model.centre(photo).map((value, i) => value - C[i]!);
    const distance = Math.hypot(...D);
    if (distance <= farthest.distance) return;
    // The component of t = -R C that changes most with the scale.
    const R = model.rotations.subarray(photo * 9, photo * 9 + 9);
    const change = [0, 3, 6].map((row) => Math.abs(R[row]! * D[0]! + R[row + 1]! * D[1]! + R[row + 2]! * D[2]!));
    farthest = { distance, index, component: change.indexOf(Math.max(...change)) };
  });
  fixedPoses[farthest.index * 6 + 3 + farthest.component] = 1;
}

/** What each parameter is believed to be beforehand, and from how many photos of the model on it is adjusted. */
const RELATIVE_FOCAL_SIGMA = { given: 0, 'exif-35mm': 0.1, 'exif-sensor': 0.1, guess: 0.5 } as const;
/** Principal points of consumer cameras are within some per cent of the centre. */
const RELATIVE_PRINCIPAL_POINT_SIGMA = 0.02;
const DISTORTION_SIGMA = { k1: 0.1, k2: 0.1, p1: 0.005, p2: 0.005 } as const;
const MIN_PHOTOS = { focal: 3, k1: 4, k2: 6, p1: 8, p2: 8 } as const;

function bundleCameraOf(
  model: Reconstruction,
  camera: CameraPrior,
  index: number,
  scope: AdjustmentScope,
): BundleCamera {
  const photoCount = model.registered.length;
  const lens = model.intrinsics.subarray(index * LENS_SIZE, index * LENS_SIZE + LENS_SIZE);
  const parameters = Float64Array.from(baseColumnsOf(camera.model), (columns) => lens[columns[0]!]!);
  const isAdjusted = scope.intrinsics !== 'none' && camera.focalSource !== 'given';
  const free: boolean[] = [];
  const priors: (ParameterPrior | undefined)[] = [];
  for (const name of CAMERA_MODEL_PARAMETERS[camera.model]) {
    const size = Math.max(camera.width, camera.height);
    switch (name) {
      case 'f':
      case 'fx':
      case 'fy': {
        const mean = model.initialFocals[index]!;
        free.push(isAdjusted && photoCount >= MIN_PHOTOS.focal);
        priors.push({ mean, sigma: RELATIVE_FOCAL_SIGMA[camera.focalSource] * mean || 1 });
        break;
      }
      case 'cx':
      case 'cy': {
        const mean = (name === 'cx' ? camera.width : camera.height) / 2;
        const isConstrained = model.cameraPhotoCounts[index]! >= model.options.minPhotosForPrincipalPoint;
        free.push(isAdjusted && isConstrained && scope.intrinsics === 'all');
        priors.push({ mean, sigma: RELATIVE_PRINCIPAL_POINT_SIGMA * size });
        break;
      }
      default:
        free.push(isAdjusted && photoCount >= MIN_PHOTOS[name]);
        priors.push({ mean: 0, sigma: DISTORTION_SIGMA[name] });
    }
  }
  return { model: camera.model, parameters, free, priors };
}

/**
 * Chooses points that leave each photo with enough observations, the longest tracks first: they tie photos together best. All
 * the others hardly change the poses, but take most of the time.
 *
 * @param photos those that need observations
 */
export function selectTracks(model: Reconstruction, candidates: Iterable<number>, photos: readonly number[]): number[] {
  const { offsets, photos: nodePhotos } = model.tracks;
  const isWanted = new Uint8Array(model.scene.photos.length);
  for (const photo of photos) isWanted[photo] = 1;
  const lists: number[][] = [];
  for (const track of candidates) {
    if (model.hasPoint[track] === 0) continue;
    const count = model.observationCount(track);
    while (lists.length <= count) lists.push([]);
    lists[count]!.push(track);
  }
  const counts = new Uint32Array(model.scene.photos.length);
  const target = model.options.adjustedObservationsPerPhoto;
  const chosen: number[] = [];
  for (let count = lists.length - 1; count >= 2; count--) {
    for (const track of lists[count]!) {
      let isNeeded = false;
      for (let node = offsets[track]!; node < offsets[track + 1]!; node++) {
        if (model.isObserved[node] === 0) continue;
        const photo = nodePhotos[node]!;
        if (isWanted[photo] === 1 && counts[photo]! < target) isNeeded = true;
      }
      if (!isNeeded) continue;
      chosen.push(track);
      for (let node = offsets[track]!; node < offsets[track + 1]!; node++)
        counts[nodePhotos[node]!]! += model.isObserved[node]!;
    }
  }
  return chosen.sort((a, b) => a - b);
}
