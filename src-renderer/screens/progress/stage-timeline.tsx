import { Check } from 'lucide-react';
import type { JobResource } from '../../../src-shared/api/job-schemas.js';
import { texts } from '../../ui/texts.js';
import { phasesOf } from './phases.js';

const STATE_TEXTS = { done: texts.progress.stepDone, now: texts.progress.stepNow, next: texts.progress.stepNext };

/** The parts of the work, one below the other. */
export function StageTimeline({ job }: { readonly job: JobResource }) {
  const isRunning = job.status === 'processing';
  const phases = phasesOf(job.progress, job.stage, job.options.until, job.status === 'completed');
  return (
    <ol className="timeline" aria-label={texts.progress.timeline}>
      {phases.map(({ index, state, fraction }) => {
        const { title, text } = texts.progress.phases[index] ?? { title: '', text: '' };
        return (
          <li
            key={title}
            className={`step step-${state} ${isRunning ? 'is-running' : ''}`}
            aria-current={state === 'now' ? 'step' : undefined}
          >
            <span className="step-mark" aria-hidden>
              {state === 'done' && <Check size={13} strokeWidth={3} />}
            </span>
            <span className="step-words">
              <span className="step-title">{title}</span>
              <span className="step-text">{text}</span>
            </span>
            <span className="step-percent">
              {state === 'now' && texts.progress.percent(fraction * 100)}
              <span className="visually-hidden">{STATE_TEXTS[state]}</span>
            </span>
          </li>
        );
      })}
    </ol>
  );
}
