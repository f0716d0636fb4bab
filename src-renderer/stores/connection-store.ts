import { createStore } from 'zustand/vanilla';
import type { Capabilities } from '../api/answers.js';
import type { AtlasApi } from '../api/atlas-api.js';

export interface ConnectionState {
  readonly state: 'connecting' | 'online' | 'lost';
  readonly version: string | undefined;
  readonly capabilities: Capabilities | undefined;
  /** Raised each time that the service comes back: what was read before may be old. */
  readonly epoch: number;
  noteReach(reached: boolean): void;
  check(): Promise<void>;
  loadCapabilities(): Promise<void>;
}

const ONLINE_CHECK_MS = 8000;
const LOST_CHECK_MS = 1500;

/** Whether the service is there. Heals itself: while it is lost it is looked for again and again. */
export function createConnectionStore(api: () => AtlasApi) {
  return createStore<ConnectionState>()((set, get) => ({
    state: 'connecting',
    version: undefined,
    capabilities: undefined,
    epoch: 0,
    noteReach(reached) {
      const { state, epoch } = get();
      if (reached && state !== 'online') set({ state: 'online', epoch: epoch + 1 });
      else if (!reached && state !== 'lost') set({ state: 'lost' });
    },
    async check() {
      const health = await api()
        .health()
        .catch(() => undefined);
      if (health && health.version !== get().version) set({ version: health.version });
    },
    async loadCapabilities() {
      const capabilities = await api()
        .capabilities()
        .catch(() => undefined);
      if (capabilities) set({ capabilities });
    },
  }));
}

export type ConnectionStore = ReturnType<typeof createConnectionStore>;

/** Looks whether the service is there, now and then. @returns ends it */
export function watchConnection(store: ConnectionStore): () => void {
  let timer: ReturnType<typeof setTimeout>;
  let isOver = false;
  const look = async () => {
    await store.getState().check();
    if (!isOver) timer = setTimeout(look, store.getState().state === 'online' ? ONLINE_CHECK_MS : LOST_CHECK_MS);
  };
  void look();
  return () => {
    isOver = true;
    clearTimeout(timer);
  };
}
