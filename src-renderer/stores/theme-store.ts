import { createStore } from 'zustand/vanilla';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const KEY = 'atlas.theme';

export interface ThemeState {
  readonly theme: Theme;
  /** What is shown: the system's where that was chosen. */
  readonly shown: 'light' | 'dark';
  setTheme(theme: Theme): void;
}

/** Light or dark; kept on this computer, and following the system while nothing else was chosen. */
export function createThemeStore(page: Window) {
  const prefersLight = page.matchMedia('(prefers-color-scheme: light)');
  const resolve = (theme: Theme) => (theme === 'system' ? (prefersLight.matches ? 'light' : 'dark') : theme);
  const saved = THEMES.find((theme) => theme === page.localStorage.getItem(KEY)) ?? 'system';
  const show = (shown: 'light' | 'dark') => {
    page.document.documentElement.dataset.theme = shown;
  };
  const store = createStore<ThemeState>()((set) => ({
    theme: saved,
    shown: resolve(saved),
    setTheme(theme) {
      page.localStorage.setItem(KEY, theme);
      set({ theme, shown: resolve(theme) });
    },
  }));
  show(store.getState().shown);
  store.subscribe(({ shown }) => show(shown));
  prefersLight.addEventListener('change', () => store.setState(({ theme }) => ({ shown: resolve(theme) })));
  return store;
}

export type ThemeStore = ReturnType<typeof createThemeStore>;
