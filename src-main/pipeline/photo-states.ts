import type { QaReport } from '../../src-shared/pipeline/qa-report.js';
import type { RunOutcome } from './build-qa-report.js';

type Photos = QaReport['photos'];

/** What became of each photo, in the order in which they were given. */
export function photoStates({ results, failure }: RunOutcome): Photos {
  return { given: 0, used: 0, leftOut: 0, list: [] };
}
