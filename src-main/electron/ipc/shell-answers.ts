import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname, isAbsolute } from 'node:path';
import { app, dialog, shell } from 'electron';
import type { RevealTarget, ShellFolder } from '../../../src-shared/ipc/shell-bridge.js';
import type { OpenedPhotoShelf } from '../photos/opened-photos.js';
import type { ShellService } from '../service/start-service.js';
import type { ShellSettings } from '../shell-settings.js';
import type { StudioWindow } from '../window/studio-window.js';
import type { ShellAnswers } from './answer-requests.js';
import { pathToReveal } from './path-to-reveal.js';

const PHOTO_ENDINGS = ['jpg', 'jpeg', 'png', 'webp', 'tif', 'tiff', 'heic', 'heif', 'avif'];

/** What the shell answers to the page's requests. */
export function shellAnswers({
  service,
  settings,
  shelf,
  window,
  settingsFolder,
  canUpdate,
}: {
  readonly service: ShellService;
  readonly settings: ShellSettings;
  readonly shelf: OpenedPhotoShelf;
  readonly window: StudioWindow;
  readonly settingsFolder: string;
  readonly canUpdate: boolean;
}): ShellAnswers {
  const folders: Readonly<Record<ShellFolder, string>> = { storage: service.folders.root, settings: settingsFolder };
  return {
    session: () => ({ url: service.url, token: service.token }),
    facts: () => ({ folders, canUpdate, preferences: settings.preferences, tokenKept: service.tokenKept }),
    changePreferences: (changes) => settings.changePreferences(changes),
    takeOpened: () => shelf.take(),
    readPhoto: (id) => shelf.read(id),
    async choosePhotos(what) {
      const paths = await choosePhotos(window, what);
      return paths === undefined ? undefined : shelf.open(paths);
    },
    async rememberDropped(paths) {
      for (const folder of await foldersOf(paths)) app.addRecentDocument(folder);
    },
    async reveal(target: RevealTarget) {
      const path = pathToReveal(target, folders, service.folders);
      if (path === undefined || !existsSync(path)) return false;
      if (target.kind === 'folder') return (await shell.openPath(path)) === '';
      shell.showItemInFolder(path);
      return true;
    },
  };
}

/** Shows the system's dialog for photos or folders of photos. @returns undefined when it was closed without a choice */
export async function choosePhotos(
  window: StudioWindow,
  what: 'files' | 'folder',
): Promise<readonly string[] | undefined> {
  const { canceled, filePaths } = await dialog.showOpenDialog(
    window.native,
    what === 'files'
      ? {
          title: 'Choose photos',
          properties: ['openFile', 'multiSelections'],
          filters: [{ name: 'Photos', extensions: PHOTO_ENDINGS }],
        }
      : { title: 'Choose a folder of photos', properties: ['openDirectory', 'multiSelections'] },
  );
  return canceled || filePaths.length === 0 ? undefined : filePaths;
}

/** Folders among what was dropped, and those that dropped files lie in. */
async function foldersOf(paths: readonly string[]): Promise<Set<string>> {
  const folders = new Set<string>();
  for (const path of paths.filter((path) => isAbsolute(path))) {
    const about = await stat(path).catch(() => undefined);
    if (about) folders.add(about.isDirectory() ? path : dirname(path));
  }
  return folders;
}
