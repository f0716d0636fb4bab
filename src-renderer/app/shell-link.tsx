import { useEffect } from 'react';
import type { OpenedPhotos, ShellClient, ShellCommand } from '../../src-shared/ipc/shell-bridge.js';
import { startCapture } from '../screens/start-capture.js';
import { noticeOf } from '../stores/notice-of.js';
import type { CaptureTab, Route } from '../stores/route-store.js';
import type { Studio } from '../stores/studio.js';
import { useStudio } from '../stores/use-studio.js';
import type { PhotoFiles } from '../ui/photo-files.js';
import { texts } from '../ui/texts.js';
import { openShortcuts } from './shortcuts.js';

const ROUTES: Readonly<Partial<Record<ShellCommand, Route>>> = {
  'go-home': { screen: 'home' },
  'go-queue': { screen: 'jobs' },
  'go-settings': { screen: 'settings' },
  'go-doctor': { screen: 'doctor' },
};
const TABS: Readonly<Partial<Record<ShellCommand, CaptureTab>>> = {
  'show-photos': 'photos',
  'show-progress': 'progress',
  'show-model': 'model',
};

/** Does what the desktop shell tells: the menu's commands, photos opened from outside. Nothing in a browser. */
export function ShellLink() {
  const studio = useStudio();
  useEffect(() => {
    const { shell, notices, route } = studio;
    if (!shell) return;
    const ends = [
      shell.on('command', (command) => obey(studio, command)),
      shell.on('opened', () => void takeOpened(studio, shell)),
      shell.on('openJob', ({ jobId }) => route.getState().go({ screen: 'capture', jobId, tab: undefined })),
      shell.on('recovered', () =>
        notices.getState().show({ kind: 'info', text: texts.shell.recovered, hint: texts.shell.recoveredHint }),
      ),
    ];
    // What was opened before this page could hear of it.
    void takeOpened(studio, shell);
    return () => {
      for (const end of ends) end();
    };
  }, [studio]);
  return null;
}

function obey({ route }: Studio, command: ShellCommand): void {
  const { route: now, go } = route.getState();
  const target = ROUTES[command];
  const tab = TABS[command];
  if (target) go(target);
  else if (tab && now.screen === 'capture') go({ ...now, tab });
  else if (command === 'show-shortcuts') openShortcuts();
}

async function takeOpened(studio: Studio, shell: ShellClient): Promise<void> {
  try {
    for (const opened of await shell.takeOpened()) await startCapture(studio, toFiles(opened, shell));
  } catch (error) {
    studio.notices.getState().show(noticeOf(error));
  }
}

/** Photos whose bytes are read when they are sent: a capture may be larger than the memory. */
const toFiles = ({ photos, skipped, folder }: OpenedPhotos, shell: ShellClient): PhotoFiles => ({
  skipped,
  folder,
  files: photos.map(({ id, name, bytes, lastModified }) => ({
    name,
    size: bytes,
    open: async () => new File([await shell.readPhoto(id)], name, { lastModified }),
  })),
});
