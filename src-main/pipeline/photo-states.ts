import type { QaReport } from '../../src-shared/pipeline/qa-report.js';
import type { PhotogrammetryResults } from './photogrammetry.js';

type Photos = QaReport['photos'];
type PhotoState = Photos['list'][number];

/** What became of each photo: those that import accepted in their order, then those it left out. */
export function photoStates(results: PhotogrammetryResults): Photos {
  const { photos = [], rejected = [] } = results.import?.output ?? {};
  const list: PhotoState[] = [
    ...photos.map(({ name, width, height, sha256, sharpness }): PhotoState => {
      return { name, state: 'unknown', width, height, sha256, sharpness };
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
