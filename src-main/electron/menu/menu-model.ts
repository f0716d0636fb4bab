import type { ShellCommand } from '../../../src-shared/ipc/shell-bridge.js';

/** What the shell itself does for a menu item. */
export type MenuAction =
  | 'open-files'
  | 'open-folder'
  | 'show-window'
  | 'show-storage'
  | 'open-api-docs'
  | 'check-updates';

/** Items that Electron knows how to do, by its names. */
export type MenuRole =
  | 'about'
  | 'services'
  | 'hide'
  | 'hideOthers'
  | 'unhide'
  | 'quit'
  | 'close'
  | 'undo'
  | 'redo'
  | 'cut'
  | 'copy'
  | 'paste'
  | 'selectAll'
  | 'reload'
  | 'toggleDevTools'
  | 'resetZoom'
  | 'zoomIn'
  | 'zoomOut'
  | 'togglefullscreen'
  | 'minimize'
  | 'zoom'
  | 'front';

/** One line of the menu, as data: {@link buildMenu} makes Electron's menu of it. */
export type MenuLine =
  | { readonly separator: true }
  | { readonly role: MenuRole; readonly label?: string }
  | { readonly label: string; readonly accelerator?: string; readonly action: MenuAction }
  | { readonly label: string; readonly accelerator?: string; readonly command: ShellCommand };

export interface MenuColumn {
  readonly label: string;
  /** Where the system expects to find it. */
  readonly role?: 'appMenu' | 'editMenu' | 'windowMenu' | 'help';
  readonly lines: readonly MenuLine[];
}

const LINE: MenuLine = { separator: true };

/** The menu of the application. */
export function menuModel({
  isMac,
  isDevelopment,
  canUpdate,
}: {
  readonly isMac: boolean;
  /** Adds what developers need: reload and the developer tools. */
  readonly isDevelopment: boolean;
  readonly canUpdate: boolean;
}): readonly MenuColumn[] {
  const settings: MenuLine = { label: 'Settings…', accelerator: 'CmdOrCtrl+,', command: 'go-settings' };
  const updates: readonly MenuLine[] = canUpdate ? [{ label: 'Check for Updates…', action: 'check-updates' }] : [];
  return [
    ...(isMac ? [applicationColumn(settings, updates)] : []),
    {
      label: 'File',
      lines: [
        { label: 'New Capture from Photos…', accelerator: 'CmdOrCtrl+O', action: 'open-files' },
        { label: 'New Capture from Folder…', accelerator: 'CmdOrCtrl+Shift+O', action: 'open-folder' },
        LINE,
        { label: 'Show Storage Folder', action: 'show-storage' },
        LINE,
        ...(isMac ? [{ role: 'close' } as const] : [settings, LINE, { role: 'quit', label: 'Quit' } as const]),
      ],
    },
    {
      label: 'Edit',
      role: 'editMenu',
      lines: [
        ...[{ role: 'undo' } as const, { role: 'redo' } as const, LINE],
        ...[{ role: 'cut' } as const, { role: 'copy' } as const, { role: 'paste' } as const],
        { role: 'selectAll' },
      ],
    },
    {
      label: 'View',
      lines: [
        { label: 'Captures', accelerator: 'CmdOrCtrl+Shift+H', command: 'go-home' },
        { label: 'Queue', accelerator: 'CmdOrCtrl+Shift+J', command: 'go-queue' },
        { label: 'This Computer', command: 'go-doctor' },
        LINE,
        { label: 'Photos', accelerator: 'CmdOrCtrl+1', command: 'show-photos' },
        { label: 'Progress', accelerator: 'CmdOrCtrl+2', command: 'show-progress' },
        { label: 'Model', accelerator: 'CmdOrCtrl+3', command: 'show-model' },
        LINE,
        ...[{ role: 'resetZoom' } as const, { role: 'zoomIn' } as const, { role: 'zoomOut' } as const],
        { role: 'togglefullscreen' },
        ...(isDevelopment ? [LINE, { role: 'reload' } as const, { role: 'toggleDevTools' } as const] : []),
      ],
    },
    {
      label: 'Window',
      role: 'windowMenu',
      lines: [
        { role: 'minimize' },
        ...(isMac ? [{ role: 'zoom' } as const, LINE, { role: 'front' } as const] : [{ role: 'close' } as const]),
        { label: 'Atlas Studio', action: 'show-window' },
      ],
    },
    {
      label: 'Help',
      role: 'help',
      lines: [
        { label: 'Keyboard Shortcuts', accelerator: 'CmdOrCtrl+/', command: 'show-shortcuts' },
        { label: 'API Documentation', action: 'open-api-docs' },
        ...(isMac ? [] : [...(updates.length > 0 ? [LINE, ...updates] : []), LINE, { role: 'about' } as const]),
      ],
    },
  ];
}

function applicationColumn(settings: MenuLine, updates: readonly MenuLine[]): MenuColumn {
  return {
    label: 'Atlas Studio',
    role: 'appMenu',
    lines: [
      { role: 'about' },
      ...updates,
      LINE,
      settings,
      LINE,
      { role: 'services' },
      LINE,
      ...[{ role: 'hide' } as const, { role: 'hideOthers' } as const, { role: 'unhide' } as const],
      LINE,
      { role: 'quit' },
    ],
  };
}
