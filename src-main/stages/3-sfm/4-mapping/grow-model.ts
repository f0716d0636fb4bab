import { Random } from '../../../geometry/random.js';
import { adjustReconstruction, selectTracks } from './adjust-reconstruction.js';
import { allTracks, filterPoints } from './filter-points.js';
import type { Reconstruction } from './reconstruction.js';
import { registerPhoto } from './register-photo.js';
import { tracksOfPhoto, triangulateTracks } from './triangulate-tracks.js';

export interface GrowthControl {
  readonly seed: number;
  readonly signal: AbortSignal;
  /** Stops at this many registered photos. */
  readonly maxPhotos: number;
  /** Called after each photo. */
  onRegistered(model: Reconstruction): void;
}

/** Models up to this size are adjusted as a whole after each photo. */
const SMALL_MODEL_PHOTOS = 10;
/** A photo that failed is tried again when it sees this many times as many points. */
const RETRY_GROWTH = 1.3;

/**
 * Registers photo after photo: 1. take the photo that sees the points best, 2. find its pose, 3. triangulate, 4. adjust it and
 * its neighbours, 5. filter; when the model has grown enough, adjust all and complete the points. Ends when no photo can be
 * registered any more.
 *
 * Based on: Schonberger & Frahm, Structure-from-Motion revisited, CVPR 2016, section 4.
 */
export function growModel(model: Reconstruction, control: GrowthControl): void {
  const { options } = model;
  const failedAt = options.registration.map(() => new Uint32Array(model.scene.photos.length));
  let adjustedSize = model.registered.length;
  while (model.registered.length < control.maxPhotos) {
    control.signal.throwIfAborted();
    const photo = registerNext(model, control, failedAt);
    if (photo === undefined) {
      if (model.registered.length === adjustedSize) break;
      adjustGlobally(model, control.signal); // better points may let another photo in
      adjustedSize = model.registered.length;
      continue;
    }
    triangulateTracks(model, tracksOfPhoto(model, photo));
    const size = model.registered.length;
    if (size <= SMALL_MODEL_PHOTOS || size >= adjustedSize * options.globalGrowthFactor) {
      adjustGlobally(model, control.signal);
      adjustedSize = size;
    } else {
      adjustLocally(model, photo, control.signal);
    }
    control.onRegistered(model);
  }
}

/**
 * The clear cases come first: a photo that several places seem to explain (repeated structure) waits until its neighbours are
 * there, and then has clearly more matches with the right place.
 *
 * @param failedAt per limits and photo, the number of points that the photo saw when it failed
 * @returns the photo, or undefined when none can be registered now
 */
function registerNext(
  model: Reconstruction,
  control: GrowthControl,
  failedAt: readonly Uint32Array[],
): number | undefined {
  const { counts, scores } = model.visibility;
  const { links } = model.scene;
  for (const [level, limits] of model.options.registration.entries()) {
    const failed = failedAt[level]!;
    const candidates: number[] = [];
    for (let photo = 0; photo < counts.length; photo++) {
      if (model.isRegistered[photo] === 1 || counts[photo]! < limits.minInliers) continue;
      if (counts[photo]! < failed[photo]! * RETRY_GROWTH) continue;
      const strongest = links.strongestRegistered(photo, model.isRegistered);
      if (strongest >= limits.minLinkShare * links.strongest[photo]!) candidates.push(photo);
    }
    candidates.sort((a, b) => scores[b]! - scores[a]! || a - b);
    for (const photo of candidates) {
      const random = new Random(control.seed, photo, model.registered.length, level);
      if (registerPhoto(model, photo, limits, random)) return photo;
      failed[photo] = counts[photo]!;
    }
  }
  return undefined;
}

function adjustLocally(model: Reconstruction, photo: number, signal: AbortSignal): void {
  const photos = [photo, ...neighboursOf(model, photo).slice(0, model.options.localPhotoCount - 1)];
  const seen = new Set<number>();
  for (const neighbour of photos) for (const track of tracksOfPhoto(model, neighbour)) seen.add(track);
  const tracks = selectTracks(
    model,
    [...seen].sort((a, b) => a - b),
    photos,
  );
  adjustReconstruction(
    model,
    { photos, tracks, intrinsics: 'none', maxIterations: 8, functionTolerance: 1e-4 },
    signal,
  );
  const changed = [...tracksOfPhoto(model, photo)];
  triangulateTracks(model, changed);
  filterPoints(model, changed);
}

/** Registered photos by decreasing number of points shared with a photo. */
function neighboursOf(model: Reconstruction, photo: number): number[] {
  const { offsets, photos } = model.tracks;
  const shared = new Map<number, number>();
  for (const track of tracksOfPhoto(model, photo)) {
    if (model.hasPoint[track] === 0) continue;
    for (let node = offsets[track]!; node < offsets[track + 1]!; node++) {
      if (model.isObserved[node] === 0 || photos[node] === photo) continue;
      shared.set(photos[node]!, (shared.get(photos[node]!) ?? 0) + 1);
    }
  }
  return [...shared].sort((a, b) => b[1] - a[1] || a[0] - b[0]).map(([neighbour]) => neighbour);
}

/** Adjusts all photos by well-chosen points, then completes and filters all points. */
export function adjustGlobally(model: Reconstruction, signal: AbortSignal): void {
  const tracks = selectTracks(model, allTracks(model), model.registered);
  adjustReconstruction(
    model,
    { photos: model.registered, tracks, intrinsics: 'lens', maxIterations: 15, functionTolerance: 1e-4 },
    signal,
  );
  filterPoints(model);
  triangulateTracks(model, allTracks(model));
}

/**
 * Adjusts everything, with all points, in rounds with completing and filtering until little changes any more.
 *
 * Based on: Schonberger & Frahm 2016, section 4.4.
 */
export function finishModel(model: Reconstruction, signal: AbortSignal): void {
  for (let round = 0; round < model.options.maxFinalRounds; round++) {
    const tracks = [...allTracks(model)].filter((track) => model.hasPoint[track] === 1);
    const intrinsics = round === 0 ? 'lens' : 'all';
    adjustReconstruction(
      model,
      { photos: model.registered, tracks, intrinsics, maxIterations: 30, functionTolerance: 1e-5 },
      signal,
    );
    const removed = filterPoints(model);
    const added = triangulateTracks(model, allTracks(model));
    if (round > 0 && removed + added < 0.002 * model.pointCount) break;
  }
  filterPoints(model);
}
