import { describe, expect, it, vi } from 'vitest';
import type { AtlasApi } from '../../../src-renderer/api/atlas-api.js';
import { createNoticesStore } from '../../../src-renderer/stores/notices-store.js';
import { createPullsStore } from '../../../src-renderer/stores/pulls-store.js';
import type { ImagePull, PullableEngine } from '../../../src-shared/api/pull-schemas.js';

const IMAGES = { colmap: 'colmap/colmap', openmvg: 'both', openmvs: 'both' } as const;

/** A store over a service whose downloads are in the states that `states` has, by image. */
function open() {
  const states: Record<string, Partial<ImagePull>> = {};
  const asked: string[] = [];
  const refusal = { current: undefined as Error | undefined };
  const answer = (engine: PullableEngine): ImagePull => ({
    ...{ engine, image: IMAGES[engine], state: 'none', progress: 0, layers_done: 0, layers_known: 0 },
    ...{ started_at: null, finished_at: null, error: null, ...states[IMAGES[engine]] },
  });
  const act = (verb: string, state: ImagePull['state']) => async (engine: PullableEngine) => {
    asked.push(`${verb} ${engine}`);
    if (refusal.current) throw refusal.current;
    states[IMAGES[engine]] = { state };
    return answer(engine);
  };
  const api = {
    readPull: async (engine: PullableEngine) => answer(engine),
    startPull: act('start', 'pulling'),
    cancelPull: act('cancel', 'cancelled'),
  } as unknown as AtlasApi;
  const notices = createNoticesStore();
  const onChanged = vi.fn(async () => {});
  const store = createPullsStore({ api, notices, onChanged, pollMs: 1 });
  return { store, states, asked, refusal, notices, onChanged };
}

describe('downloads of engines', () => {
  it('are read and never begun by that', async () => {
    const { store, asked } = open();
    await store.getState().load();
    expect(store.getState().pulls.colmap?.state).toBe('none');
    expect(asked).toEqual([]);
  });

  it('are followed to their end; what is known of engines is then read anew, once', async () => {
    const { store, states, onChanged } = open();
    await store.getState().start('colmap');
    expect(store.getState().pulls.colmap?.state).toBe('pulling');
    states['colmap/colmap'] = { state: 'pulling', progress: 0.5 };
    await vi.waitFor(() => expect(store.getState().pulls.colmap?.progress).toBe(0.5));
    expect(onChanged).not.toHaveBeenCalled();
    states['colmap/colmap'] = { state: 'completed', progress: 1 };
    await vi.waitFor(() => expect(store.getState().completedCount).toBe(1));
    expect(onChanged).toHaveBeenCalledOnce();
    await store.getState().load();
    expect(store.getState().completedCount).toBe(1);
  });

  it('that were begun elsewhere are followed too', async () => {
    const { store, states } = open();
    states['colmap/colmap'] = { state: 'pulling' };
    await store.getState().load();
    states['colmap/colmap'] = { state: 'failed' };
    await vi.waitFor(() => expect(store.getState().pulls.colmap?.state).toBe('failed'));
  });

  it('show for all engines in the image', async () => {
    const { store } = open();
    await store.getState().load();
    await store.getState().start('openmvg');
    expect(store.getState().pulls.openmvs?.state).toBe('pulling');
    await store.getState().cancel('openmvg');
    expect(store.getState().pulls.openmvs?.state).toBe('cancelled');
  });

  it('that cannot begin say why, and the engines are looked for anew', async () => {
    const { store, refusal, notices, onChanged } = open();
    refusal.current = new Error('no');
    await store.getState().start('colmap');
    expect(notices.getState().notices).toHaveLength(1);
    expect(onChanged).toHaveBeenCalledOnce();
    expect(store.getState().pulls.colmap).toBeUndefined();
  });
});
