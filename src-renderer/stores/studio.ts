import type { ShellClient } from '../../src-shared/ipc/shell-bridge.js';
import { AtlasApi } from '../api/atlas-api.js';
import { Http } from '../api/http.js';
import { Pictures } from '../api/pictures.js';
import { createCaptureStore } from './capture-store.js';
import { createConnectionStore } from './connection-store.js';
import { createJobsStore } from './jobs-store.js';
import { createLogStore } from './log-store.js';
import { createModelEditStore } from './model-edit-store.js';
import { createModelViewStore } from './model-view-store.js';
import { createNoticesStore } from './notices-store.js';
import { createPreviewStore } from './preview-store.js';
import { createPullsStore } from './pulls-store.js';
import { createQueueStore } from './queue-store.js';
import { createRouteStore } from './route-store.js';
import { createSessionStore } from './session-store.js';
import { createSettingsStore } from './settings-store.js';
import { createThemeStore } from './theme-store.js';
import { createUploadsStore } from './uploads-store.js';

/** What the page's address or the desktop shell gave. */
export interface StudioStart {
  readonly baseUrl: string;
  readonly token: string | undefined;
  /** Undefined in a browser: what needs it is then not offered, or done in the browser's way. */
  readonly shell?: ShellClient | undefined;
}

/** Makes the studio's stores and joins them. @param page the window */
export function createStudio(page: Window, start: StudioStart) {
  const session = createSessionStore(page.sessionStorage, start.token);
  const connection = createConnectionStore(() => api);
  const http = new Http({
    baseUrl: start.baseUrl,
    token: () => session.getState().token,
    onReach: (reached) => connection.getState().noteReach(reached),
    onUnauthorized: () => session.getState().refuse(),
  });
  const api: AtlasApi = new AtlasApi(http);
  const notices = createNoticesStore();
  const jobs = createJobsStore(api, notices);
  const previews = createPreviewStore();
  const capture = createCaptureStore({ api, jobs, notices, previews });
  const uploads = createUploadsStore(api, (jobId) => {
    if (capture.getState().jobId === jobId) void capture.getState().loadPhotos();
  });
  return {
    ...{ api, session, connection, notices, jobs, previews, capture, uploads },
    baseUrl: start.baseUrl,
    shell: start.shell,
    pictures: new Pictures(api),
    queue: createQueueStore(api, notices),
    pulls: createPullsStore({ api, notices, onChanged: () => connection.getState().loadCapabilities() }),
    settings: createSettingsStore({
      ...{ api, session, notices, shell: start.shell },
      onChanged: () => void connection.getState().loadCapabilities(),
    }),
    log: createLogStore(api),
    modelView: createModelViewStore(),
    modelEdit: createModelEditStore(),
    route: createRouteStore(page),
    theme: createThemeStore(page),
  };
}

export type Studio = ReturnType<typeof createStudio>;
