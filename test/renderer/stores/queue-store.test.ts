import { describe, expect, it, vi } from 'vitest';
import type { AtlasApi } from '../../../src-renderer/api/atlas-api.js';
import { createNoticesStore } from '../../../src-renderer/stores/notices-store.js';
import { createQueueStore, reordered } from '../../../src-renderer/stores/queue-store.js';

const QUEUE = { paused: false, concurrency: 1, running: [], queued: ['a', 'b', 'c'] };

describe('the queue', () => {
  it('orders by place and by neighbour', () => {
    expect(reordered(['a', 'b', 'c'], 'c', { position: 0 })).toEqual(['c', 'a', 'b']);
    expect(reordered(['a', 'b', 'c'], 'a', { position: 1 })).toEqual(['b', 'a', 'c']);
    expect(reordered(['a', 'b', 'c'], 'a', { position: 99 })).toEqual(['b', 'c', 'a']);
    expect(reordered(['a', 'b', 'c'], 'a', { before: 'c' })).toEqual(['b', 'a', 'c']);
  });

  it('shows a move at once and what the service has made of it then', async () => {
    let answer: () => void = () => {};
    const moveJob = vi.fn(() => new Promise<void>((resolve) => (answer = resolve)));
    let queued = QUEUE.queued;
    const api = { readQueue: async () => ({ ...QUEUE, queued }), moveJob } as unknown as AtlasApi;
    const store = createQueueStore(api, createNoticesStore());
    await store.getState().load();
    const moved = store.getState().move('c', { position: 0 });
    expect(store.getState().queue?.queued).toEqual(['c', 'a', 'b']);
    queued = ['a', 'c', 'b'];
    answer();
    expect(await moved).toBe(true);
    expect(store.getState().queue?.queued).toEqual(['a', 'c', 'b']);
  });

  it('goes back to the order of the service when it refuses, and says why', async () => {
    const refuse = async () => {
      throw new Error('no');
    };
    const api = { readQueue: async () => QUEUE, moveJob: refuse } as unknown as AtlasApi;
    const notices = createNoticesStore();
    const store = createQueueStore(api, notices);
    await store.getState().load();
    expect(await store.getState().move('c', { position: 0 })).toBe(false);
    expect(store.getState().queue?.queued).toEqual(['a', 'b', 'c']);
    expect(notices.getState().notices).toHaveLength(1);
  });
});
