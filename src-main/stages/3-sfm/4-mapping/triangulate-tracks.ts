import { unproject } from '../../../geometry/camera-projection.js';
import { angleAtPoint, type PointView, refinePoint, triangulateMidpoint } from '../../../geometry/triangulate.js';
import type { Reconstruction } from './reconstruction.js';

/** Pairs of views tried as the source of a point, at most. */
const MAX_HYPOTHESES = 20;

/**
 * Gives points to the tracks that can have one and adds the observations that agree with it. A point that more registered
 * observations contradict than support is made anew.
 *
 * Based on: Schonberger & Frahm, Structure-from-Motion revisited, CVPR 2016, section 4.3 (robust triangulation; here over
 * ordered pairs of views instead of random ones) and 4.4 (re-triangulation, completion).
 *
 * @returns the number of observations added
 */
export function triangulateTracks(model: Reconstruction, tracks: Iterable<number>): number {
  let added = 0;
  for (const track of tracks) added += updateTrack(model, track);
  return added;
}

/** All tracks that a photo sees. */
export function* tracksOfPhoto({ tracks }: Reconstruction, photo: number): Generator<number> {
  for (let i = tracks.photoOffsets[photo]!; i < tracks.photoOffsets[photo + 1]!; i++) {
    yield tracks.nodeTracks[tracks.photoNodes[i]!]!;
  }
}

function updateTrack(model: Reconstruction, track: number): number {
  const { offsets, photos } = model.tracks;
  const nodes: number[] = [];
  for (let node = offsets[track]!; node < offsets[track + 1]!; node++) {
    if (model.isRegistered[photos[node]!] === 1) nodes.push(node);
  }
  if (nodes.length < 2) return 0;
  if (model.hasPoint[track] === 0) return createPoint(model, track, nodes, 0);

  const limit = model.options.maxReprojectionErrorPx ** 2;
  let added = 0;
  let observed = 0;
  for (const node of nodes) {
    if (model.isObserved[node] === 0 && model.squaredError(node) < limit) {
      model.isObserved[node] = 1;
      added++;
    }
    observed += model.isObserved[node]!;
  }
  if (nodes.length - observed > observed) added += createPoint(model, track, nodes, observed);
  return added;
}

/**
 * Makes the track's point from the pair of views with which most others agree.
 *
 * @param atLeast the point must have more inliers than this
 * @returns the gain in observations
 */
function createPoint(model: Reconstruction, track: number, nodes: readonly number[], atLeast: number): number {
  const { minTriangulationAngleDeg, maxReprojectionErrorPx } = model.options;
  const minAngle = (minTriangulationAngleDeg * Math.PI) / 180;
  const limit = maxReprojectionErrorPx ** 2;
  const views = nodes.map((node) => viewOf(model, node));
  const centres = nodes.map((node) => model.centre(model.tracks.photos[node]!));
  const before = model.points.slice(track * 3, track * 3 + 3);
  let best: { X: Float64Array; inliers: number[]; error: number } | undefined;
  let hypotheses = 0;
  // Wide pairs first: photos are in capture order more often than not.
  for (let gap = nodes.length - 1; gap >= 1 && hypotheses < MAX_HYPOTHESES; gap--) {
    for (let i = 0; i + gap < nodes.length && hypotheses < MAX_HYPOTHESES; i++) {
      const pair = [views[i]!, views[i + gap]!];
      const X = triangulateMidpoint(pair);
      hypotheses++;
      if (X === undefined || !(angleAtPoint(centres[i]!, centres[i + gap]!, X) >= minAngle)) continue;
      const { inliers, error } = supportOf(model, track, nodes, X, limit);
      const isBetter =
        inliers.length > (best?.inliers.length ?? 1) || (inliers.length === best?.inliers.length && error < best.error);
      if (isBetter) best = { X, inliers, error };
      if (best?.inliers.length === nodes.length) hypotheses = MAX_HYPOTHESES;
    }
  }
  if (best !== undefined && best.inliers.length > Math.max(1, atLeast)) {
    refinePoint(
      best.inliers.map((index) => views[index]!),
      best.X,
      5,
    );
    const { inliers } = supportOf(model, track, nodes, best.X, limit);
    if (inliers.length > Math.max(1, atLeast)) {
      model.setPoint(track, best.X);
      const isInlier = new Set(inliers);
      nodes.forEach((node, index) => {
        model.isObserved[node] = isInlier.has(index) ? 1 : 0;
      });
      if (model.hasAngle(track, minAngle)) return inliers.length - atLeast;
      model.removePoint(track);
      return 0;
    }
  }
  model.points.set(before, track * 3);
  return 0;
}

const pixel = new Float64Array(2);

function viewOf(model: Reconstruction, node: number): PointView {
  const photo = model.tracks.photos[node]!;
  const { pixels } = model.tracks;
  unproject(model.lensOf(photo), 0, pixels[node * 2]!, pixels[node * 2 + 1]!, pixel, 0);
  return { camFromWorld: model.camFromWorld(photo), x: pixel[0]!, y: pixel[1]! };
}

/** Which nodes agree with X. Leaves X as the track's point. */
function supportOf(model: Reconstruction, track: number, nodes: readonly number[], X: Float64Array, limit: number) {
  model.points.set(X, track * 3);
  const inliers: number[] = [];
  let error = 0;
  nodes.forEach((node, index) => {
    const squared = model.squaredError(node);
    if (squared >= limit) return;
    inliers.push(index);
    error += squared;
  });
  return { inliers, error };
}
