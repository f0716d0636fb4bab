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
      try {
        await api.moveJob(jobId, place);
        await get().load();
        return true;
      } catch (error) {
        notices.getState().show(noticeOf(error));
        return false;
      }
    },
  }));
}

export type QueueStore = ReturnType<typeof createQueueStore>;

const isSame = (a: QueueResource, b: QueueResource | undefined): boolean => JSON.stringify(a) === JSON.stringify(b);
