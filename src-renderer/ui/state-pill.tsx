import type { JobState } from '../../src-shared/job/job-state.js';
import { texts } from './texts.js';

/** The state of a capture in a word and a colour. */
export function StatePill({ state }: { readonly state: JobState }) {
  return (
    <span className={`pill pill-${state}`}>
      <span className="pill-dot" aria-hidden />
      {texts.states[state]}
    </span>
  );
}
