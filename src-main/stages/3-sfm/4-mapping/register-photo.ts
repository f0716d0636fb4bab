import { estimateAbsolutePose } from '../../../geometry/estimate-absolute-pose.js';
import type { Random } from '../../../geometry/random.js';
import type { Reconstruction } from './reconstruction.js';

export interface RegistrationLimits {
  readonly minInliers: number;
  readonly minInlierRatio: number;
  readonly maxErrorPx: number;
  /** Which focal lengths are searched for with the first photo of a camera; given ones never are. */
  readonly searchesFocal: 'guessed' | 'all';
}

/**
 * Finds the pose of a photo from the points that its keypoints are believed to show (P3P in LO-RANSAC), and registers it. A
 * guessed focal length is searched for along with the first photo of a camera.
 *
 * @returns the number of inliers and correspondences, or undefined when the photo was not registered
 */
export function registerPhoto(
  model: Reconstruction,
  photo: number,
  limits: RegistrationLimits,
  random: Random,
): { readonly inliers: number; readonly correspondences: number } | undefined {
  const { photoOffsets, photoNodes, nodeTracks, pixels } = model.tracks;
  const nodes: number[] = [];
  for (let i = photoOffsets[photo]!; i < photoOffsets[photo + 1]!; i++) {
    const node = photoNodes[i]!;
    if (model.hasPoint[nodeTracks[node]!] === 1) nodes.push(node);
  }
  if (nodes.length < limits.minInliers) return undefined;
  const points = new Float64Array(nodes.length * 3);
  const observations = new Float64Array(nodes.length * 2);
  nodes.forEach((node, i) => {
    const track = nodeTracks[node]!;
    points.set(model.points.subarray(track * 3, track * 3 + 3), i * 3);
    observations.set(pixels.subarray(node * 2, node * 2 + 2), i * 2);
  });
  const camera = model.scene.photoCameras[photo]!;
  const { focalSource } = model.scene.cameras[camera]!;
  const isDoubted = focalSource === 'guess' || (limits.searchesFocal === 'all' && focalSource !== 'given');
  const isFocalUnknown = model.cameraPhotoCounts[camera] === 0 && isDoubted;
  const pose = estimateAbsolutePose(
    observations,
    points,
    model.lensOf(photo),
    {
      maxReprojectionErrorPx: limits.maxErrorPx * model.pixelScales[photo]!,
      focalFactors: isFocalUnknown ? model.options.focalFactors : [1],
    },
    random,
  );
  if (pose === undefined) return undefined;
  const inliers = pose.inliers.length;
  if (inliers < limits.minInliers || inliers < limits.minInlierRatio * nodes.length) return undefined;
  if (isFocalUnknown) {
    model.lensOf(photo).set(pose.lens);
    model.initialFocals[camera] = pose.lens[0]!;
  }
  model.register(photo, pose.camFromWorld);
  return { inliers, correspondences: nodes.length };
}
