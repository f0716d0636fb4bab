import type { Reconstruction } from './reconstruction.js';

/**
 * Takes out observations with large errors or behind their camera, and points that are left with fewer than two observations
 * or too small an angle.
 *
 * @param tracks those to look at; all by default
 * @returns the number of observations taken out
 */
export function filterPoints(model: Reconstruction, tracks?: Iterable<number>): number {
  const limit = model.options.maxReprojectionErrorPx ** 2;
  const minAngle = (model.options.minTriangulationAngleDeg * Math.PI) / 180;
  let removed = 0;
  for (const track of tracks ?? allTracks(model)) {
    if (model.hasPoint[track] === 0) continue;
    let left = 0;
    for (let node = model.tracks.offsets[track]!; node < model.tracks.offsets[track + 1]!; node++) {
      if (model.isObserved[node] === 0) continue;
      if (model.squaredError(node) < limit) left++;
      else {
        model.isObserved[node] = 0;
        removed++;
      }
    }
    if (left >= 2 && model.hasAngle(track, minAngle)) continue;
    removed += left;
    model.removePoint(track);
  }
  return removed;
}

export function* allTracks({ tracks }: Reconstruction): Generator<number> {
  for (let track = 0; track < tracks.count; track++) yield track;
}
