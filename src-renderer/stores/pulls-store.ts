import { createStore } from 'zustand/vanilla';
import { type ImagePull, PULLABLE_ENGINES, type PullableEngine } from '../../src-shared/api/pull-schemas.js';
import type { AtlasApi } from '../api/atlas-api.js';
import { noticeOf } from './notice-of.js';
import type { NoticesStore } from './notices-store.js';

export interface PullsState {
  /** What is known of the downloads of engines' container images. */
  readonly pulls: Readonly<Partial<Record<PullableEngine, ImagePull>>>;
  /** Rises with each image that has come: what is known of the engines is then old. */
  readonly completedCount: number;
  /** Reads them all; those that run are followed to their end. */
  load(): Promise<void>;
  /** Begins a download: only ever called for a press of a button. */
  start(engine: PullableEngine): Promise<void>;
  cancel(engine: PullableEngine): Promise<void>;
}

interface PullsParts {
  readonly api: AtlasApi;
  readonly notices: NoticesStore;
  /** Told when an image has come, or what runs containers may have changed. */
  readonly onChanged: () => Promise<void>;
  readonly pollMs?: number;
}

const POLL_MS = 700;

/** Downloads of other engines. Actions tell their failure as a notice; a download that fails later keeps its error. */
export function createPullsStore({ api, notices, onChanged, pollMs = POLL_MS }: PullsParts) {
  return createStore<PullsState>()((set, get) => {
    const followed = new Set<PullableEngine>();
    const put = async (pull: ImagePull): Promise<void> => {
      const { engine, state } = pull;
      const before = get().pulls[engine];
      set(({ pulls }) => ({ pulls: { ...pulls, [engine]: pull } }));
      if (state === 'pulling') void follow(engine);
      if (before?.state !== 'pulling' || state !== 'completed') return;
      await onChanged();
      set(({ completedCount }) => ({ completedCount: completedCount + 1 }));
    };
    /** Reads a download again and again until it has ended, also while the service cannot be reached. */
    const follow = async (engine: PullableEngine): Promise<void> => {
      if (followed.has(engine)) return;
      followed.add(engine);
      while (get().pulls[engine]?.state === 'pulling') {
        await new Promise((resolve) => setTimeout(resolve, pollMs));
        const pull = await api.readPull(engine).catch(() => undefined);
        if (pull) await put(pull);
      }
      followed.delete(engine);
    };
    /** The other engines in the same image have the same download. */
    const readOthers = async ({ engine, image }: ImagePull): Promise<void> => {
      const others = PULLABLE_ENGINES.filter((name) => name !== engine && get().pulls[name]?.image === image);
      await Promise.all(others.map(async (name) => put(await api.readPull(name))));
    };
    const act = async (action: () => Promise<ImagePull>): Promise<void> => {
      try {
        const pull = await action();
        await put(pull);
        await readOthers(pull);
      } catch (error) {
        notices.getState().show(noticeOf(error));
        await onChanged();
      }
    };
    return {
      pulls: {},
      completedCount: 0,
      async load() {
        const found = await Promise.all(PULLABLE_ENGINES.map((engine) => api.readPull(engine).catch(() => undefined)));
        await Promise.all(found.map((pull) => pull && put(pull)));
      },
      start: (engine) => act(() => api.startPull(engine)),
      cancel: (engine) => act(() => api.cancelPull(engine)),
    };
  });
}

export type PullsStore = ReturnType<typeof createPullsStore>;
