import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { app, dialog, Notification } from 'electron';
import electronUpdater from 'electron-updater';
import type { Log } from '../logging/log.js';

const EVERY_MS = 24 * 3_600_000;

/** Whether this build knows where new versions are: electron-builder packs the address of its `publish` configuration. */
export const canUpdate = (): boolean => app.isPackaged && existsSync(join(process.resourcesPath, 'app-update.yml'));

/**
 * Looks for new versions, only where someone has turned it on. A new version is downloaded (its signature is checked by the
 * updater) and installed when the application ends: nobody's work is interrupted.
 */
export class Updates {
  readonly #log: Log;
  #timer: NodeJS.Timeout | undefined;

  constructor(log: Log) {
    this.#log = log;
    const { autoUpdater } = electronUpdater;
    autoUpdater.autoDownload = true;
    autoUpdater.autoInstallOnAppQuit = true;
    autoUpdater.allowDowngrade = false;
    autoUpdater.logger = null;
    autoUpdater.on('error', (error) => log.warn('update-failed', { error: error.message }));
    autoUpdater.on('update-downloaded', ({ version }) => {
      log.info('update-ready', { version });
      if (Notification.isSupported())
        new Notification({
          title: 'A new version is ready',
          body: `Atlas Studio ${version} is installed when you quit.`,
        }).show();
    });
  }

  /** Follows the preference. */
  set isOn(isOn: boolean) {
    clearInterval(this.#timer);
    this.#timer = undefined;
    if (!isOn) return;
    void this.#look();
    this.#timer = setInterval(() => void this.#look(), EVERY_MS);
    this.#timer.unref();
  }

  /** Looks now, because the person has asked, and says what was found. */
  async lookNow(): Promise<void> {
    const found = await this.#look();
    const message =
      found === undefined
        ? 'New versions could not be looked for.'
        : found.isUpdateAvailable
          ? `Version ${found.updateInfo.version} is being downloaded.`
          : 'This is the newest version.';
    await dialog.showMessageBox({ type: 'info', message });
  }

  #look() {
    return electronUpdater.autoUpdater.checkForUpdates().then(
      (found) => found ?? undefined,
      (error: unknown) => {
        this.#log.warn('update-not-looked-for', { error: String(error) });
        return undefined;
      },
    );
  }
}
