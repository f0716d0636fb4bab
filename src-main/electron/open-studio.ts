import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { app, dialog, ipcMain, Menu, powerMonitor, session, shell } from 'electron';
import { StudioError } from '../../src-shared/errors/studio-error.js';
import { JobActivity } from './activity/job-activity.js';
import { jobSource } from './activity/job-source.js';
import { ActivityDisplay } from './activity/show-activity.js';
import { answerRequests } from './ipc/answer-requests.js';
import { choosePhotos, shellAnswers } from './ipc/shell-answers.js';
import { SYSTEM_KEYCHAIN } from './keychain.js';
import { Leaving } from './leaving.js';
import { buildMenu } from './menu/build-menu.js';
import { type MenuAction, menuModel } from './menu/menu-model.js';
import type { OpenedPhotoShelf } from './photos/opened-photos.js';
import { type ShellService, startShellService } from './service/start-service.js';
import { ShellSettings } from './shell-settings.js';
import { canUpdate, Updates } from './updates.js';
import { hardenSession } from './window/harden-session.js';
import { PagePolicy } from './window/page-policy.js';
import { StudioWindow } from './window/studio-window.js';

/** Made from `assets/icon.svg` by the build. */
const ICON = fileURLToPath(new URL('../../icons/256x256.png', import.meta.url));

/** What the entry needs to know of the studio that is open. */
export interface OpenStudio {
  readonly policy: PagePolicy;
  readonly show: () => void;
}

/**
 * Opens the studio: 1. the service; 2. what its page may do; 3. the window; 4. answers to the page; 5. menu, taskbar,
 * notifications, updates; 6. the page.
 *
 * @param shelf photos that were opened from outside
 * @param onOpen told before the page is loaded
 */
export async function openStudio(shelf: OpenedPhotoShelf, onOpen: (studio: OpenStudio) => void): Promise<void> {
  const settingsFolder = app.getPath('userData');
  const settings = new ShellSettings(settingsFolder);
  const service = await startOrExplain(settingsFolder, settings);
  if (!service) return app.exit(1);

  const policy = new PagePolicy(service.url);
  hardenSession(session.defaultSession, policy);

  const icon = existsSync(ICON) ? ICON : undefined;
  const window = new StudioWindow({
    ...{ address: `${service.url}/`, settings, icon, log: service.log },
    onClose: () => void leaving.request('window'),
  });
  const display = new ActivityDisplay(window);
  const activity = new JobActivity(jobSource(service.client), {
    onChange: (now) => display.show(now),
    onEnded: (job) => {
      if (settings.preferences.notifications) display.tellEnd(job);
    },
  });
  const leaving = new Leaving({ service, settings, window, activity, display, icon });
  leaving.listen();
  powerMonitor.on('shutdown', () => void leaving.leave());

  const updates = canUpdate() ? new Updates(service.log) : undefined;
  const answers = shellAnswers({
    ...{ service, settings, shelf, window, settingsFolder },
    canUpdate: updates !== undefined,
  });
  answerRequests(
    ipcMain,
    {
      ...answers,
      changePreferences(changes) {
        const preferences = settings.changePreferences(changes);
        if (updates && changes.updates !== undefined) updates.isOn = preferences.updates;
        return preferences;
      },
    },
    (frame) => policy.isOwnFrame(frame),
    service.log,
  );
  shelf.onWaiting = () => window.tell('opened', undefined);

  const actions: Readonly<Record<MenuAction, () => unknown>> = {
    'open-files': async () => shelf.openLater((await choosePhotos(window, 'files')) ?? []),
    'open-folder': async () => shelf.openLater((await choosePhotos(window, 'folder')) ?? []),
    'show-window': () => window.show(),
    'show-storage': () => shell.openPath(service.folders.root),
    'open-api-docs': () => shell.openExternal(`${service.url}/docs`),
    'check-updates': () => updates?.lookNow(),
  };
  const model = menuModel({
    ...{ isMac: process.platform === 'darwin', isDevelopment: !app.isPackaged, canUpdate: updates !== undefined },
  });
  Menu.setApplicationMenu(
    buildMenu(model, {
      onAction: (action) => void actions[action](),
      onCommand(command) {
        window.show();
        window.tell('command', command);
      },
    }),
  );

  onOpen({ policy, show: () => leaving.comeBack() });
  activity.start();
  if (updates) updates.isOn = settings.preferences.updates;
  await window.load();
}

/** Starts the service; where it cannot, says why and offers to try again. */
async function startOrExplain(folder: string, settings: ShellSettings): Promise<ShellService | undefined> {
  for (;;) {
    try {
      return await startShellService({ folder, environment: process.env, settings, keychain: SYSTEM_KEYCHAIN });
    } catch (error) {
      const { message, hint } = error instanceof StudioError ? error : new StudioError('INTERNAL', { cause: error });
      const { response } = await dialog.showMessageBox({
        type: 'error',
        message: 'Atlas Studio cannot start.',
        detail: `${message}\n\n${hint}\n\nSettings: ${join(folder, 'atlas.config.json')}`,
        ...{ buttons: ['Try again', 'Quit'], defaultId: 0, cancelId: 1 },
      });
      if (response !== 0) return undefined;
    }
  }
}
