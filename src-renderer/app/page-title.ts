import { useEffect } from 'react';
import { useStore } from 'zustand';
import type { Route } from '../stores/route-store.js';
import { useStudio } from '../stores/use-studio.js';
import { texts } from '../ui/texts.js';

const TITLES: Readonly<Record<Route['screen'], string>> = {
  home: texts.home.title,
  capture: texts.app.captures,
  jobs: texts.jobs.title,
  settings: texts.settings.title,
  doctor: texts.doctor.title,
};

/** Names the screen in the window's title, and how far the work is: seen while another window is in front. */
export function usePageTitle(screen: Route['screen']): void {
  const { jobs } = useStudio();
  const percent = useStore(jobs, (state) => {
    const running = [...state.jobs.values()].find(({ status }) => status === 'processing');
    return running && texts.progress.percent(running.progress);
  });
  useEffect(() => {
    document.title = `${percent === undefined ? '' : `${percent} · `}${TITLES[screen]} – ${texts.app.name}`;
  }, [screen, percent]);
}
