import { describe, expect, it } from 'vitest';
import type { AtlasApi } from '../../../src-renderer/api/atlas-api.js';
import { UnreachableError } from '../../../src-renderer/api/problem-error.js';
import { createNoticesStore } from '../../../src-renderer/stores/notices-store.js';
import { createQueueStore } from '../../../src-renderer/stores/queue-store.js';
import type { QueueResource } from '../../../src-shared/api/queue-schemas.js';

const QUEUE: QueueResource = { paused: false, concurrency: 1, running: ['a'], queued: ['b', 'c'] };

/** A service that has a queue, and answers nothing more once it is gone. */
function fakeService() {
  let queue = QUEUE;
  let isGone = false;
  const answer = async () => {
    if (isGone) throw new UnreachableError('gone');
    return structuredClone(queue);
  };
  return {
    api: {
      readQueue: answer,
      pauseQueue(paused: boolean) {
        queue = { ...queue, paused };
        return answer();
      },
    } as unknown as AtlasApi,
    leave: () => {
      isGone = true;
    },
  };
}

describe('the queue store', () => {
  it('pauses and resumes, and shows what the service says', async () => {
    const store = createQueueStore(fakeService().api, createNoticesStore());
    await store.getState().load();
    expect(store.getState().queue).toEqual(QUEUE);
    await store.getState().setPaused(true);
    expect(store.getState().queue?.paused).toBe(true);
    await store.getState().setPaused(false);
    expect(store.getState().queue).toEqual(QUEUE);
  });

  it('stays the same object while nothing has changed', async () => {
    const store = createQueueStore(fakeService().api, createNoticesStore());
    await store.getState().load();
    const { queue } = store.getState();
    await store.getState().load();
    expect(store.getState().queue).toBe(queue);
  });

  it('keeps what it knows when the service is gone, and tells that an action failed', async () => {
    const { api, leave } = fakeService();
    const notices = createNoticesStore();
    const store = createQueueStore(api, notices);
    await store.getState().load();
    leave();
    await store.getState().load();
    await store.getState().setPaused(true);
    expect(store.getState().queue).toEqual(QUEUE);
    expect(notices.getState().notices).toHaveLength(1);
  });
});
