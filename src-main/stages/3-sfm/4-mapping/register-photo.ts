import { estimateAbsolutePose } from '../../../geometry/estimate-absolute-pose.js';
import type { Random } from '../../../geometry/random.js';
import type { RegistrationLimits } from './mapping-options.js';
import type { Reconstruction } from './reconstruction.js';

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
  const { nodeTracks, pixels } = model.tracks;
  const nodes = correspondencesOf(model, photo, limits.witnessLinkShare);
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
      maxReprojectionErrorPx: model.options.maxResectionErrorPx * model.pixelScales[photo]!,
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

/** Nodes of the photo whose points are seen by registered photos that match it well; weakly linked ones may be look-alikes. */
function correspondencesOf(model: Reconstruction, photo: number, witnessLinkShare: number): number[] {
  const { offsets, photos, photoOffsets, photoNodes, nodeTracks } = model.tracks;
  const { links } = model.scene;
  const needed = witnessLinkShare * links.strongestRegistered(photo, model.isRegistered);
  const isWitness = new Uint8Array(model.isRegistered.length);
  for (const neighbour of links.neighboursOf(photo)) isWitness[neighbour.photo] = neighbour.matches >= needed ? 1 : 0;
  const nodes: number[] = [];
  for (let i = photoOffsets[photo]!; i < photoOffsets[photo + 1]!; i++) {
    const track = nodeTracks[photoNodes[i]!]!;
    if (model.hasPoint[track] === 0) continue;
    for (let node = offsets[track]!; node < offsets[track + 1]!; node++) {
      if (model.isObserved[node] === 0 || isWitness[photos[node]!] === 0) continue;
      nodes.push(photoNodes[i]!);
      break;
    }
  }
  return nodes;
}
