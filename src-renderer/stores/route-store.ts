import { createStore } from 'zustand/vanilla';

export type CaptureTab = 'photos' | 'progress' | 'model';

export type Route =
  | { readonly screen: 'home' }
  | { readonly screen: 'capture'; readonly jobId: string; readonly tab: CaptureTab | undefined }
  | { readonly screen: 'jobs' }
  | { readonly screen: 'settings' }
  | { readonly screen: 'doctor' };

const TABS: readonly CaptureTab[] = ['photos', 'progress', 'model'];

/** @param fragment `#/captures/ID/model`; anything unknown is Home */
export function parseRoute(fragment: string): Route {
  const [first, jobId, tab] = fragment.replace(/^#?\/?/, '').split('/');
  if (first === 'captures' && jobId !== undefined && /^[0-9a-f-]{36}$/.test(jobId)) {
    return { screen: 'capture', jobId, tab: TABS.find((name) => name === tab) };
  }
  if (first === 'jobs' || first === 'settings' || first === 'doctor') return { screen: first };
  return { screen: 'home' };
}

export function formatRoute(route: Route): string {
  if (route.screen === 'home') return '#/';
  if (route.screen === 'capture') return `#/captures/${route.jobId}${route.tab === undefined ? '' : `/${route.tab}`}`;
  return `#/${route.screen}`;
}

export interface RouteState {
  readonly route: Route;
  go(route: Route, how?: 'push' | 'replace'): void;
}

/** Where the studio is; the same in the address bar, so that Back and reload work. */
export function createRouteStore(page: Pick<Window, 'location' | 'history' | 'addEventListener'>) {
  const store = createStore<RouteState>()((set) => ({
    route: parseRoute(page.location.hash),
    go(route, how = 'push') {
      const fragment = formatRoute(route);
      if (how === 'push') page.history.pushState(null, '', fragment);
      else page.history.replaceState(null, '', fragment);
      set({ route });
    },
  }));
  const follow = () => store.setState({ route: parseRoute(page.location.hash) });
  page.addEventListener('popstate', follow);
  page.addEventListener('hashchange', follow);
  return store;
}

export type RouteStore = ReturnType<typeof createRouteStore>;
