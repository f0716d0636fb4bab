import '@fontsource-variable/inter/wght.css';
import '../ui/tokens.css';
import '../ui/base.css';
import '../ui/components.css';
import './shell.css';
import { createRoot } from 'react-dom/client';
import { connectShell } from '../bridge/desktop.js';
import { watchConnection } from '../stores/connection-store.js';
import { watchJobs } from '../stores/jobs-store.js';
import { takeToken } from '../stores/session-store.js';
import { createStudio } from '../stores/studio.js';
import { StudioContext } from '../stores/use-studio.js';
import { App } from './app.js';

/** Starts the studio: 1. takes the token; 2. makes the stores; 3. shows the page; 4. looks after connection and jobs. */
async function start(): Promise<void> {
  const { token, rest } = takeToken(location.hash);
  if (token !== undefined) history.replaceState(null, '', `${location.pathname}${rest || '#/'}`);
  const shell = connectShell();
  const given = await shell?.session();
  const studio = createStudio(window, {
    ...{ baseUrl: given?.url ?? location.origin, token: given?.token ?? token, shell },
  });

  const root = document.getElementById('root');
  if (!root) return;
  createRoot(root).render(
    <StudioContext value={studio}>
      <App />
    </StudioContext>,
  );

  if (shell) void studio.settings.getState().load();
  watchConnection(studio.connection);
  let unwatchJobs = () => {};
  const onSession = (isReady: boolean) => {
    unwatchJobs();
    unwatchJobs = () => {};
    if (!isReady) return;
    unwatchJobs = watchJobs(studio.jobs, studio.queue);
    void studio.connection.getState().loadCapabilities();
    studio.capture.getState().refresh();
  };
  onSession(studio.session.getState().state === 'ready');
  studio.session.subscribe(({ token: now }, { token: before }) => {
    if (now !== before) onSession(now !== undefined);
  });
  // When the service comes back, what was read before may be old.
  studio.connection.subscribe(({ epoch }, { epoch: before }) => {
    if (epoch === before || epoch === 1 || studio.session.getState().state !== 'ready') return;
    void studio.jobs.getState().load();
    void studio.queue.getState().load();
    void studio.connection.getState().loadCapabilities();
    studio.capture.getState().refresh();
  });
  window.addEventListener('pagehide', () => {
    studio.jobs.finishRemovals();
    void studio.capture.getState().settlePhotos();
  });
}

void start();
