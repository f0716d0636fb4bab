import { createStore } from 'zustand/vanilla';
import type { JobResource } from '../../src-shared/api/job-schemas.js';
import { hasEnded } from '../../src-shared/job/job-state.js';
import type { ReconstructOptionsInput } from '../../src-shared/pipeline/reconstruct-options.js';
import type { AtlasApi, JobChanges } from '../api/atlas-api.js';
import { texts } from '../ui/texts.js';
import { DelayedRemoval, UNDO_SECONDS } from './delayed-removal.js';
import { noticeOf } from './notice-of.js';
import type { NoticesStore } from './notices-store.js';
import type { QueueStore } from './queue-store.js';

export interface JobsState {
  readonly jobs: ReadonlyMap<string, JobResource>;
  /** Ids, newest first, without those that are about to be removed. */
  readonly order: readonly string[];
  readonly isLoaded: boolean;
  readonly removing: ReadonlySet<string>;
  load(): Promise<void>;
  /** Takes news of a job that came another way. */
  put(job: JobResource): void;
  forget(jobId: string): void;
  createDraft(name: string): Promise<string | undefined>;
  change(jobId: string, changes: JobChanges): Promise<boolean>;
  commit(jobId: string): Promise<boolean>;
  cancel(jobId: string): Promise<boolean>;
  retry(jobId: string, options?: ReconstructOptionsInput): Promise<boolean>;
  /** Removes a job after a few seconds in which it can be taken back. */
  remove(jobId: string): void;
}

const BUSY_POLL_MS = 2000;
const CALM_POLL_MS = 15_000;

export const isBusy = ({ status }: JobResource): boolean => status === 'queued' || status === 'processing';

/** All jobs of the service, and what can be done with them. Actions tell their failure as a notice and answer false. */
export function createJobsStore(api: AtlasApi, notices: NoticesStore) {
  const removal = new DelayedRemoval();
  const store = createStore<JobsState>()((set, get) => {
    const attempt = async (action: () => Promise<JobResource>): Promise<boolean> => {
      try {
        get().put(await action());
        return true;
      } catch (error) {
        notices.getState().show(noticeOf(error));
        return false;
      }
    };
    const ordered = (jobs: ReadonlyMap<string, JobResource>, removing: ReadonlySet<string>) =>
      [...jobs.values()]
        .filter(({ job_id }) => !removing.has(job_id))
        .sort((a, b) => b.created_at.localeCompare(a.created_at))
        .map(({ job_id }) => job_id);
    const setRemoving = (jobId: string, isRemoving: boolean) =>
      set(({ removing, jobs }) => {
        const next = new Set(removing);
        if (isRemoving) next.add(jobId);
        else next.delete(jobId);
        return { removing: next, order: ordered(jobs, next) };
      });

    return {
      jobs: new Map(),
      order: [],
      isLoaded: false,
      removing: new Set(),
      async load() {
        const list = await api.listJobs().catch(() => undefined);
        if (!list) return;
        set(({ jobs: before, removing }) => {
          // Unchanged jobs stay the same object: cards that show them are not drawn again.
          const jobs = new Map(
            list.map((job) => {
              const known = before.get(job.job_id);
              return [job.job_id, known && known.updated_at > job.updated_at ? known : sameOr(known, job)];
            }),
          );
          return { jobs, order: ordered(jobs, removing), isLoaded: true };
        });
      },
      put(job) {
        const known = get().jobs.get(job.job_id);
        // Events that are told again to who connects anew are older than what is known.
        if (known && known.updated_at > job.updated_at) return;
        set(({ jobs: before, removing }) => {
          const jobs = new Map(before).set(job.job_id, job);
          return { jobs, ...(before.has(job.job_id) ? {} : { order: ordered(jobs, removing) }) };
        });
      },
      forget(jobId) {
        set(({ jobs: before, removing }) => {
          const jobs = new Map(before);
          jobs.delete(jobId);
          return { jobs, order: ordered(jobs, removing) };
        });
      },
      async createDraft(name) {
        let jobId: string | undefined;
        await attempt(async () => {
          jobId = await api.createDraft(name);
          return api.readJob(jobId);
        });
        return jobId;
      },
      change: (jobId, changes) => attempt(() => api.changeJob(jobId, changes)),
      commit: (jobId) => attempt(() => api.commitJob(jobId)),
      cancel: (jobId) => attempt(() => api.cancelJob(jobId)),
      retry: (jobId, options) => attempt(() => api.retryJob(jobId, options)),
      remove(jobId) {
        const name = get().jobs.get(jobId)?.name;
        setRemoving(jobId, true);
        removal.schedule(jobId, () => {
          api
            .deleteJob(jobId)
            .then(() => get().forget(jobId))
            .catch((error: unknown) => notices.getState().show(noticeOf(error)))
            .finally(() => setRemoving(jobId, false));
        });
        const undo = () => {
          if (removal.cancel(jobId)) setRemoving(jobId, false);
        };
        notices.getState().show(
          {
            kind: 'info',
            text: texts.capture.deleted(name ?? ''),
            action: { label: texts.common.undo, run: undo },
          },
          UNDO_SECONDS,
        );
      },
    };
  });
  return Object.assign(store, { finishRemovals: () => removal.finishAll() });
}

export type JobsStore = ReturnType<typeof createJobsStore>;

const sameOr = (known: JobResource | undefined, job: JobResource): JobResource =>
  known && known.updated_at === job.updated_at && known.queue_position === job.queue_position ? known : job;

/** Reads jobs and queue again: often while something runs, seldom while not. @returns ends it */
export function watchJobs(store: JobsStore, queue: QueueStore): () => void {
  let timer: ReturnType<typeof setTimeout>;
  let isOver = false;
  const look = async () => {
    await Promise.all([store.getState().load(), queue.getState().load()]);
    if (isOver) return;
    const busy = [...store.getState().jobs.values()].some((job) => !hasEnded(job.status) && isBusy(job));
    timer = setTimeout(look, busy ? BUSY_POLL_MS : CALM_POLL_MS);
  };
  void look();
  return () => {
    isOver = true;
    clearTimeout(timer);
  };
}
