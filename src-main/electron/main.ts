import { app, dialog } from 'electron';
import { handedOver } from './photos/hand-over.js';
import { OpenedPhotoShelf } from './photos/opened-photos.js';
import { pathsFromArgv } from './photos/paths-from-argv.js';
import { guardContents } from './window/guard-contents.js';
import type { PagePolicy } from './window/page-policy.js';

// The entry of the desktop application: 1. one instance, to which every later start hands its files over; 2. every page is
// guarded from its beginning; 3. what was opened before the window is there waits for it; 4. the studio opens.
app.setName('Atlas Studio');
app.enableSandbox();

const shelf = new OpenedPhotoShelf();
const paths = pathsFromArgv(process.argv, process.cwd(), app.isPackaged);

if (!app.requestSingleInstanceLock({ paths })) {
  app.quit();
} else {
  let policy: PagePolicy | undefined;
  let show = () => {};
  app.on('second-instance', (_event, _argv, _workingFolder, data) => {
    show();
    void shelf.openLater(handedOver(data));
  });
  // macOS: dropped on the dock, or opened in the Finder; may come before the application is ready.
  app.on('open-file', (event, path) => {
    event.preventDefault();
    show();
    void shelf.openLater([path]);
  });
  app.on('activate', () => show());
  app.on('window-all-closed', () => {});
  guardContents(app, () => policy);
  void shelf.openLater(paths);

  // Not awaited here: Electron is ready only after this module has been evaluated (electron/electron#40719).
  void app.whenReady().then(async () => {
    try {
      const { openStudio } = await import('./open-studio.js');
      await openStudio(shelf, (studio) => {
        policy = studio.policy;
        show = studio.show;
      });
    } catch (error) {
      dialog.showErrorBox(
        'Atlas Studio cannot start.',
        error instanceof Error ? (error.stack ?? error.message) : `${error}`,
      );
      app.exit(1);
    }
  });
}
