import { createStore } from 'zustand/vanilla';

const KEY = 'atlas.token';

export interface SessionState {
  readonly token: string | undefined;
  /** `asked`: nobody has given a token, or the service refused it. */
  readonly state: 'ready' | 'asked' | 'refused';
  setToken(token: string): void;
  refuse(): void;
}

/** Where a token may be kept: as long as the tab lives, and not on disk. */
type TokenStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** Who the studio is to the service. @param initial token that came with the page's address */
export function createSessionStore(storage: TokenStorage, initial: string | undefined) {
  if (initial !== undefined) storage.setItem(KEY, initial);
  const token = initial ?? storage.getItem(KEY) ?? undefined;
  return createStore<SessionState>()((set) => ({
    token,
    state: token === undefined ? 'asked' : 'ready',
    setToken(value) {
      storage.setItem(KEY, value);
      set({ token: value, state: 'ready' });
    },
    refuse() {
      storage.removeItem(KEY);
      set(({ token: known }) => ({ token: undefined, state: known === undefined ? 'asked' : 'refused' }));
    },
  }));
}

export type SessionStore = ReturnType<typeof createSessionStore>;

/**
 * Takes the token out of `#token=...`: the fragment is never sent, and is gone from the address bar and the history at once.
 *
 * @returns the token, and the fragment that is left
 */
export function takeToken(fragment: string): { readonly token: string | undefined; readonly rest: string } {
  const match = /^#token=([\w~.+/=-]+)(?:&(.*))?$/.exec(fragment);
  return match ? { token: match[1], rest: match[2] ? `#${match[2]}` : '' } : { token: undefined, rest: fragment };
}
