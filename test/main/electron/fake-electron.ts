import { EventEmitter } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Stands for Electron where its program cannot be had: as much of its interface as the shell uses, with the events, refusals and
 * orders of the real one. It shows nothing; it notes what was asked of it.
 */

type Handler = (event: object, ...args: unknown[]) => unknown;

export const userData = mkdtempSync(join(tmpdir(), 'atlas-shell-app-'));

/** What the person answers to the next dialogs: the index of a button. */
export const dialogAnswers: number[] = [];
export const dialogs: { message: string; detail?: string; buttons?: string[] }[] = [];
/** What the person chooses in the next dialog for files. */
export const chosenPaths: string[][] = [];
export const opened: string[] = [];
export const notifications: Notification[] = [];
export const handlers = new Map<string, Handler>();
export const blockers = new Set<number>();

class App extends EventEmitter {
  isPackaged = false;
  hasLock = true;
  lockData: unknown;
  quits = 0;
  exitCode: number | undefined;
  readonly recent: string[] = [];
  setName() {}
  enableSandbox() {}
  requestSingleInstanceLock(data: unknown) {
    this.lockData = data;
    return this.hasLock;
  }
  /** Never before the entry has been evaluated, as in Electron: an entry that awaits it hangs. */
  whenReady = () => new Promise<void>((resolve) => this.once('ready', resolve));
  getPath = () => userData;
  addRecentDocument = (path: string) => void this.recent.push(path);
  /** Quits unless somebody prevents it, as Electron does. */
  quit() {
    let isPrevented = false;
    this.emit('before-quit', { preventDefault: () => (isPrevented = true) });
    if (!isPrevented) this.quits++;
  }
  exit(code: number) {
    this.exitCode = code;
  }
}
export const app = new App();

class WebContents extends EventEmitter {
  readonly sent: [string, unknown][] = [];
  windowOpenHandler: ((details: { url: string }) => { action: string }) | undefined;
  crashes = 0;
  send(channel: string, value: unknown) {
    this.sent.push([channel, value]);
  }
  setWindowOpenHandler(handler: (details: { url: string }) => { action: string }) {
    this.windowOpenHandler = handler;
  }
  forcefullyCrashRenderer() {
    this.crashes++;
    this.emit('render-process-gone', {}, { reason: 'killed', exitCode: 9 });
  }
  getURL = () => '';
}

export const windows: BrowserWindow[] = [];

export class BrowserWindow extends EventEmitter {
  readonly webContents = new WebContents();
  readonly loaded: string[] = [];
  progress = 0;
  isShown = false;
  isGone = false;
  constructor(readonly options: Record<string, unknown> & { webPreferences: Record<string, unknown> }) {
    super();
    windows.push(this);
    app.emit('web-contents-created', {}, this.webContents);
  }
  async loadURL(address: string) {
    this.loaded.push(address);
    this.emit('ready-to-show');
    this.webContents.emit('did-finish-load');
  }
  /** What the close button does. */
  close() {
    let isPrevented = false;
    this.emit('close', { preventDefault: () => (isPrevented = true) });
    if (!isPrevented) this.destroy();
  }
  destroy() {
    this.isGone = true;
    this.isShown = false;
  }
  show() {
    this.isShown = true;
  }
  hide() {
    this.isShown = false;
  }
  focus() {}
  restore() {}
  maximize() {}
  isMinimized = () => false;
  isMaximized = () => false;
  isFullScreen = () => false;
  isVisible = () => this.isShown;
  isFocused = () => this.isShown;
  isDestroyed = () => this.isGone;
  getNormalBounds = () => ({ x: 11, y: 22, width: 1000, height: 700 });
  setProgressBar(fraction: number) {
    this.progress = fraction;
  }
}

export const ipcMain = {
  handle: (channel: string, handler: Handler) => void handlers.set(channel, handler),
  removeHandler: (channel: string) => void handlers.delete(channel),
};

export const dialog = {
  showErrorBox: (title: string, detail: string) => void dialogs.push({ message: title, detail }),
  async showMessageBox(...args: unknown[]) {
    dialogs.push(args.at(-1) as (typeof dialogs)[number]);
    return { response: dialogAnswers.shift() ?? 0, checkboxChecked: false };
  },
  async showOpenDialog() {
    const filePaths = chosenPaths.shift() ?? [];
    return { canceled: filePaths.length === 0, filePaths };
  },
};

export const shell = {
  openExternal: async (address: string) => void opened.push(address),
  openPath: async (path: string) => {
    opened.push(path);
    return '';
  },
  showItemInFolder: (path: string) => void opened.push(path),
};

export const requestFilters: ((details: { url: string }, answer: (decision: { cancel: boolean }) => void) => void)[] =
  [];
export const permissions: {
  request?: (contents: { getURL(): string }, permission: string, answer: (isAllowed: boolean) => void) => void;
  check?: (contents: unknown, permission: string) => boolean;
  device?: () => boolean;
} = {};
export const session = {
  defaultSession: {
    setPermissionRequestHandler: (handler: NonNullable<typeof permissions.request>) => (permissions.request = handler),
    setPermissionCheckHandler: (handler: NonNullable<typeof permissions.check>) => (permissions.check = handler),
    setDevicePermissionHandler: (handler: NonNullable<typeof permissions.device>) => (permissions.device = handler),
    webRequest: { onBeforeRequest: (filter: (typeof requestFilters)[number]) => requestFilters.push(filter) },
  },
};

interface Item {
  label?: string;
  click?: () => void;
  submenu?: Item[];
}
export const Menu = {
  application: [] as Item[],
  buildFromTemplate: (template: Item[]) => template,
  setApplicationMenu(menu: Item[]) {
    Menu.application = menu;
  },
};

export const trays: Tray[] = [];
export class Tray extends EventEmitter {
  menu: Item[] = [];
  isGone = false;
  constructor() {
    super();
    trays.push(this);
  }
  setToolTip() {}
  setContextMenu(menu: Item[]) {
    this.menu = menu;
  }
  destroy() {
    this.isGone = true;
  }
}

export class Notification extends EventEmitter {
  static isSupported = () => true;
  constructor(readonly text: { title: string; body: string }) {
    super();
  }
  show() {
    notifications.push(this);
  }
}

export const powerSaveBlocker = {
  start(_kind: string) {
    blockers.add(1);
    return 1;
  },
  stop: (id: number) => void blockers.delete(id),
};

const KEY = 0x5a;
export const safeStorage = {
  isEncryptionAvailable: () => true,
  getSelectedStorageBackend: () => 'gnome_libsecret',
  encryptString: (text: string) => Buffer.from(text).map((byte) => byte ^ KEY),
  decryptString: (bytes: Buffer) => Buffer.from(bytes.map((byte) => byte ^ KEY)).toString(),
};

const DISPLAY = { workArea: { x: 0, y: 0, width: 1920, height: 1040 } };
export const screen = { getPrimaryDisplay: () => DISPLAY, getAllDisplays: () => [DISPLAY] };
export const nativeTheme = { shouldUseDarkColors: true };
export const nativeImage = { createFromPath: () => ({ resize: () => ({}) }) };
export const powerMonitor = new EventEmitter();
