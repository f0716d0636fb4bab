import { createStore } from 'zustand/vanilla';

/** Something to tell in passing, with at most one thing to do about it. */
export interface Notice {
  readonly id: number;
  readonly kind: 'info' | 'good' | 'bad';
  readonly text: string;
  readonly hint?: string | undefined;
  readonly action?: { readonly label: string; readonly run: () => void } | undefined;
}

export interface NoticesState {
  readonly notices: readonly Notice[];
  /** @param seconds until it goes by itself @returns its id */
  show(notice: Omit<Notice, 'id'>, seconds?: number): number;
  dismiss(id: number): void;
}

const MOST_SHOWN = 4;

export function createNoticesStore() {
  let lastId = 0;
  return createStore<NoticesState>()((set, get) => ({
    notices: [],
    show(notice, seconds = 6) {
      const id = ++lastId;
      set(({ notices }) => ({ notices: [...notices, { ...notice, id }].slice(-MOST_SHOWN) }));
      setTimeout(() => get().dismiss(id), seconds * 1000);
      return id;
    },
    dismiss(id) {
      set(({ notices }) => ({ notices: notices.filter((notice) => notice.id !== id) }));
    },
  }));
}

export type NoticesStore = ReturnType<typeof createNoticesStore>;
