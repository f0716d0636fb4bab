import type { QaReport } from '../../src-shared/pipeline/qa-report.js';
import type { SparseModel } from '../../src-shared/scene/sparse-model.js';
import type { PhotogrammetryResults } from './photogrammetry.js';
import { observationsByPhoto } from './sparse-figures.js';

type Photos = QaReport['photos'];
type PhotoState = Photos['list'][number];

/** What became of each photo: those that import accepted in their order, then those it left out. @param model if it is solved */
export function photoStates(results: PhotogrammetryResults, model: SparseModel | undefined): Photos {
  const { photos = [], rejected = [] } = results.import?.output ?? {};
  const observations = model === undefined ? undefined : observationsByPhoto(model);
  const registered = new Set(model?.images.map(({ photoId }) => photoId));
  const reasons = new Map(results.mapping?.output.unregistered.map(({ name, ...why }) => [name, why]));
  const list: PhotoState[] = [
    ...photos.map(({ photoId, name, width, height, sha256, sharpness }): PhotoState => {
      const base = { name, width, height, sha256, sharpness };
      if (observations === undefined) return { ...base, state: 'unknown' };
      if (!registered.has(photoId)) return { ...base, state: 'left-out', ...reasons.get(name) };
      return { ...base, state: 'used', observations: observations.get(photoId) ?? 0 };
    }),
    ...rejected.map(({ name, code, reason }): PhotoState => ({ name, state: 'left-out', code, reason })),
  ];
  return {
    given: list.length,
    used: list.filter(({ state }) => state === 'used').length,
    leftOut: list.filter(({ state }) => state === 'left-out').length,
    list,
  };
}
