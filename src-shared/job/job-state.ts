/** The life of a job. A draft collects photos; a queued job waits for a place; the last three are ends. */
export const JOB_STATES = ['draft', 'queued', 'processing', 'completed', 'failed', 'cancelled'] as const;

export type JobState = (typeof JOB_STATES)[number];

/**
 * Every legal change of state. `processing -> queued` is a restart of the service or a retry after a crash; an ended job goes
 * back to the queue when a person retries it.
 */
export const JOB_TRANSITIONS: Readonly<Record<JobState, readonly JobState[]>> = {
  draft: ['queued', 'cancelled'],
  queued: ['processing', 'cancelled', 'failed'],
  processing: ['completed', 'failed', 'cancelled', 'queued'],
  completed: ['queued'],
  failed: ['queued'],
  cancelled: ['queued'],
};

export const isLegalTransition = (from: JobState, to: JobState): boolean => JOB_TRANSITIONS[from].includes(to);

/** Whether a job in this state neither waits nor runs. */
export const hasEnded = (state: JobState): boolean =>
  state === 'completed' || state === 'failed' || state === 'cancelled';
