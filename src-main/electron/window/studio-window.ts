import { fileURLToPath } from 'node:url';
import { BrowserWindow, dialog, nativeTheme, screen } from 'electron';
import { eventChannel, type ShellEventName, type ShellEvents } from '../../../src-shared/ipc/shell-bridge.js';
import type { Log } from '../../logging/log.js';
import type { ShellSettings } from '../shell-settings.js';
import { CrashRecovery } from './crash-recovery.js';
import { WEB_PREFERENCES } from './page-policy.js';
import { placeWindow, SMALLEST_WINDOW, type WindowState } from './window-state.js';

const PRELOAD = fileURLToPath(new URL('../preload.cjs', import.meta.url));
/** Moves and changes of size are remembered when they have come to rest. */
const REMEMBER_AFTER_MS = 400;
/** The ground of the page before it is drawn, as in tokens.css. */
const GROUNDS = { dark: '#101214', light: '#f5f6f7' } as const;

export interface StudioWindowSetup {
  /** The studio's page: `http://127.0.0.1:49152/`. */
  readonly address: string;
  readonly settings: ShellSettings;
  readonly icon: string | undefined;
  readonly log: Log;
  /** The person has closed the window; it stays until {@link StudioWindow.destroy}. */
  readonly onClose: () => void;
}

/** The one window of the studio. It remembers where it was and comes back when its page has crashed. */
export class StudioWindow {
  readonly #window: BrowserWindow;
  readonly #setup: StudioWindowSetup;
  readonly #recovery = new CrashRecovery();
  #rememberTimer: NodeJS.Timeout | undefined;
  #hasRecovered = false;
  #isLeaving = false;

  constructor(setup: StudioWindowSetup) {
    this.#setup = setup;
    const { settings, icon } = setup;
    const { isMaximized, isFullScreen, ...bounds } = placeWindow(
      settings.window,
      [screen.getPrimaryDisplay(), ...screen.getAllDisplays()].map(({ workArea }) => workArea),
    );
    this.#window = new BrowserWindow({
      ...bounds,
      ...{ minWidth: SMALLEST_WINDOW.width, minHeight: SMALLEST_WINDOW.height },
      ...{
        show: false,
        title: 'Atlas Studio',
        backgroundColor: GROUNDS[nativeTheme.shouldUseDarkColors ? 'dark' : 'light'],
        fullscreen: isFullScreen,
      },
      ...(icon === undefined ? {} : { icon }),
      webPreferences: { ...WEB_PREFERENCES, preload: PRELOAD },
    });
    if (isMaximized) this.#window.maximize();
    this.#listen();
  }

  /** @throws when the service does not give the page */
  async load(): Promise<void> {
    await this.#window.loadURL(this.#setup.address);
  }

  show(): void {
    if (this.#window.isMinimized()) this.#window.restore();
    this.#window.show();
    this.#window.focus();
  }

  hide(): void {
    this.#window.hide();
  }

  /** Whether the person has it before them. */
  get isLookedAt(): boolean {
    return this.#window.isVisible() && this.#window.isFocused();
  }

  /** For dialogs that belong to it. */
  get native(): BrowserWindow {
    return this.#window;
  }

  tell<Name extends ShellEventName>(name: Name, value: ShellEvents[Name]): void {
    if (!this.#window.isDestroyed()) this.#window.webContents.send(eventChannel(name), value);
  }

  /** @param fraction see `taskbarProgress` */
  setProgress(fraction: number): void {
    if (!this.#window.isDestroyed()) this.#window.setProgressBar(fraction);
  }

  /** Ends the window without asking. */
  destroy(): void {
    this.#isLeaving = true;
    this.#remember();
    clearTimeout(this.#rememberTimer);
    this.#window.destroy();
  }

  #listen(): void {
    const window = this.#window;
    window.once('ready-to-show', () => window.show());
    window.on('close', (event) => {
      if (this.#isLeaving) return;
      event.preventDefault();
      this.#setup.onClose();
    });
    const rememberSoon = () => {
      clearTimeout(this.#rememberTimer);
      this.#rememberTimer = setTimeout(() => this.#remember(), REMEMBER_AFTER_MS);
    };
    // By name each: Electron types every event of a window by a signature of its own.
    window.on('resize', rememberSoon);
    window.on('move', rememberSoon);
    window.on('maximize', rememberSoon);
    window.on('unmaximize', rememberSoon);
    window.on('enter-full-screen', rememberSoon);
    window.on('leave-full-screen', rememberSoon);
    window.on('unresponsive', () => void this.#askAboutStandstill());
    window.webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
      this.#setup.log.error('page-gone', { reason, exitCode });
      const decision = this.#recovery.onGone(reason);
      if (decision === 'reload') this.#reload();
      else if (decision === 'ask') void this.#askAboutCrash();
    });
    window.webContents.on('did-finish-load', () => {
      if (this.#hasRecovered) this.tell('recovered', undefined);
      this.#hasRecovered = false;
    });
  }

  #reload(): void {
    this.#hasRecovered = true;
    this.load().catch((error: unknown) => this.#setup.log.error('page-not-loaded', { error: String(error) }));
  }

  async #askAboutStandstill(): Promise<void> {
    const { response } = await dialog.showMessageBox(this.#window, {
      type: 'warning',
      message: 'Atlas Studio does not respond.',
      detail: 'What is being computed goes on. The window can be loaded again without losing anything.',
      ...{ buttons: ['Wait', 'Load the window again'], defaultId: 0, cancelId: 0 },
    });
    if (response !== 1 || this.#window.isDestroyed()) return;
    // A page that stands still would not hear a plain reload.
    this.#recovery.forget();
    this.#window.webContents.forcefullyCrashRenderer();
  }

  async #askAboutCrash(): Promise<void> {
    const { response } = await dialog.showMessageBox(this.#window, {
      type: 'error',
      message: 'The window of Atlas Studio has stopped several times.',
      detail: 'What is being computed goes on, and photos and models are safe. Another graphics driver may help.',
      ...{ buttons: ['Try again', 'Close'], defaultId: 0, cancelId: 1 },
    });
    if (this.#window.isDestroyed()) return;
    if (response !== 0) return this.#setup.onClose();
    this.#recovery.forget();
    this.#reload();
  }

  #remember(): void {
    const window = this.#window;
    if (window.isDestroyed() || window.isMinimized()) return;
    const { x, y, width, height } = window.getNormalBounds();
    const state: WindowState = {
      ...{ x, y, width, height },
      ...{ isMaximized: window.isMaximized(), isFullScreen: window.isFullScreen() },
    };
    this.#setup.settings.rememberWindow(state);
  }
}
