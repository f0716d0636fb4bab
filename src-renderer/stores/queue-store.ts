import { createStore } from 'zustand/vanilla';
import type { MoveJob, QueueResource } from '../../src-shared/api/queue-schemas.js';
import type { AtlasApi } from '../api/atlas-api.js';
import { noticeOf } from './notice-of.js';
import type { NoticesStore } from './notices-store.js';

export interface QueueState {
  /** Undefined until it has been read. */
  readonly queue: QueueResource | undefined;
  load(): Promise<void>;
  /** While paused nothing new is started; what runs goes on. */
  setPaused(isPaused: boolean): Promise<void>;
  /** Gives a waiting job another place. @returns whether it has it */
  move(jobId: string, place: MoveJob): Promise<boolean>;
}

/** The queue as a whole. Actions tell their failure as a notice. */
export function createQueueStore(api: AtlasApi, notices: NoticesStore) {
  return createStore<QueueState>()((set, get) => ({
    queue: undefined,
    async load() {
      const queue = await api.readQueue().catch(() => undefined);
      if (queue && !isSame(queue, get().queue)) set({ queue });
    },
    async setPaused(isPaused) {
      try {
        set({ queue: await api.pauseQueue(isPaused) });
      } catch (error) {
        notices.getState().show(noticeOf(error));
      }
    },
    async move(jobId, place) {
      const { queue } = get();
      // Shown at once: what is dragged must not jump back until the service has answered.
      if (queue) set({ queue: { ...queue, queued: reordered(queue.queued, jobId, place) } });
      try {
        await api.moveJob(jobId, place);
        return true;
      } catch (error) {
        notices.getState().show(noticeOf(error));
        return false;
      } finally {
        await get().load();
      }
    },
  }));
}

/** @returns the ids with one of them at another place */
export function reordered(ids: readonly string[], jobId: string, place: MoveJob): string[] {
  const rest = ids.filter((id) => id !== jobId);
  const before = 'before' in place ? rest.indexOf(place.before) : place.position;
  const index = before < 0 ? rest.length : before;
  return [...rest.slice(0, index), jobId, ...rest.slice(index)];
}

export type QueueStore = ReturnType<typeof createQueueStore>;

const isSame = (a: QueueResource, b: QueueResource | undefined): boolean => JSON.stringify(a) === JSON.stringify(b);
