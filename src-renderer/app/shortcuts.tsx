import { lazy, Suspense, useEffect, useRef } from 'react';
import { createStore, useStore } from 'zustand';
import type { CaptureTab, Route } from '../stores/route-store.js';
import { useStudio } from '../stores/use-studio.js';
import { isTyping } from '../ui/keys.js';

const ShortcutList = lazy(() => import('./shortcut-list.js').then(({ ShortcutList: C }) => ({ default: C })));

const list = createStore(() => ({ isOpen: false }));

export const openShortcuts = (): void => list.setState({ isOpen: true });

const GO: Readonly<Record<string, Route>> = {
  h: { screen: 'home' },
  q: { screen: 'jobs' },
  s: { screen: 'settings' },
  d: { screen: 'doctor' },
};
const TABS: Readonly<Record<string, CaptureTab>> = { 1: 'photos', 2: 'progress', 3: 'model' };
/** Time between G and the letter that follows. */
const SEQUENCE_MS = 1200;

/** Keys that work everywhere, and their list. Keys of one screen are heard there. */
export function Shortcuts() {
  const { route } = useStudio();
  const isOpen = useStore(list, (state) => state.isOpen);
  const goUntil = useRef(0);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const key = event.key.toLowerCase();
      const { route: now, go } = route.getState();
      const target = event.timeStamp < goUntil.current ? GO[key] : undefined;
      goUntil.current = key === 'g' ? event.timeStamp + SEQUENCE_MS : 0;
      const tab = TABS[key];
      if (target) go(target);
      else if (key === '?') list.setState(({ isOpen: open }) => ({ isOpen: !open }));
      else if (tab && now.screen === 'capture') go({ ...now, tab });
      else if (key === 'o') {
        go({ screen: 'home' });
        requestAnimationFrame(() => document.getElementById('choose-photos')?.focus());
      } else return;
      event.preventDefault();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [route]);

  return (
    isOpen && (
      <Suspense fallback={null}>
        <ShortcutList onClose={() => list.setState({ isOpen: false })} />
      </Suspense>
    )
  );
}
