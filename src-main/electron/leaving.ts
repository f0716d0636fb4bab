import { app, dialog, Menu, nativeImage, Tray } from 'electron';
import type { JobActivity } from './activity/job-activity.js';
import type { ActivityDisplay } from './activity/show-activity.js';
import type { ShellService } from './service/start-service.js';
import type { ShellSettings } from './shell-settings.js';
import { type CloseAnswer, closeQuestion, decideClose } from './window/close-decision.js';
import type { StudioWindow } from './window/studio-window.js';

const TRAY_PIXELS = 16;

export interface LeavingSetup {
  readonly service: ShellService;
  readonly settings: ShellSettings;
  readonly window: StudioWindow;
  readonly activity: JobActivity;
  readonly display: ActivityDisplay;
  readonly icon: string | undefined;
}

/** Closes the window and ends the application; asks before work is interrupted. */
export class Leaving {
  readonly #setup: LeavingSetup;
  #tray: Tray | undefined;
  #isAsking = false;
  #isLeaving = false;
  #hasLeft = false;

  constructor(setup: LeavingSetup) {
    this.#setup = setup;
  }

  /** Takes over what happens when the application is told to quit. */
  listen(): void {
    app.on('before-quit', (event) => {
      if (this.#hasLeft) return;
      event.preventDefault();
      void this.request('application');
    });
  }

  /** The person wants the window, or the whole application, to go. */
  async request(wish: 'window' | 'application'): Promise<void> {
    if (this.#isAsking || this.#isLeaving) return;
    const { settings, activity } = this.#setup;
    // The last look may be seconds old; a job that has begun since would be interrupted unasked.
    await activity.look().catch(() => undefined);
    const isBusy = activity.running.length > 0;
    const isMac = process.platform === 'darwin';
    const decision = decideClose({ wish, isBusy, isMac, closing: settings.preferences.closing });
    const answer = decision === 'ask' ? await this.#ask() : decision;
    if (answer === 'hide') this.#goToBackground();
    else if (answer === 'stop-jobs') await this.#stopJobs();
    if (answer === 'stop-jobs' || answer === 'end') await this.leave();
  }

  /** Ends everything; what runs continues at the next start. */
  async leave(): Promise<void> {
    if (this.#isLeaving) return;
    this.#isLeaving = true;
    const { service, settings, window, activity, display } = this.#setup;
    activity.stop();
    display.clear();
    this.#tray?.destroy();
    window.destroy();
    await settings.flush();
    await service.close().catch((error: unknown) => service.log.error('not-closed', { error: String(error) }));
    this.#hasLeft = true;
    app.quit();
  }

  /** Back from the background. */
  comeBack(): void {
    if (this.#isLeaving) return;
    this.#tray?.destroy();
    this.#tray = undefined;
    this.#setup.window.show();
  }

  async #ask(): Promise<CloseAnswer> {
    const { window, activity, settings } = this.#setup;
    const { answers, message, detail, buttons, rememberLabel, cancelIndex } = closeQuestion(
      activity.running.map(({ name }) => name),
    );
    this.#isAsking = true;
    window.show();
    try {
      const { response, checkboxChecked } = await dialog.showMessageBox(window.native, {
        ...{ type: 'question', message, detail, buttons: [...buttons], checkboxLabel: rememberLabel },
        ...{ defaultId: 0, cancelId: cancelIndex, noLink: true },
      });
      const answer = answers[response] ?? 'stay';
      if (checkboxChecked && answer === 'hide') settings.changePreferences({ closing: 'background' });
      if (checkboxChecked && answer === 'stop-jobs') settings.changePreferences({ closing: 'stop' });
      return answer;
    } finally {
      this.#isAsking = false;
    }
  }

  /** Jobs that were stopped keep what is computed, and go on when they are started again. */
  async #stopJobs(): Promise<void> {
    const { service, activity } = this.#setup;
    const stopped = await Promise.allSettled(activity.running.map(({ job_id }) => service.client.cancel(job_id)));
    for (const outcome of stopped)
      if (outcome.status === 'rejected') service.log.warn('job-not-stopped', { error: String(outcome.reason) });
  }

  #goToBackground(): void {
    this.#setup.window.hide();
    // The dock is the way back on macOS; elsewhere a window that is hidden is in no list.
    if (process.platform === 'darwin' || this.#tray || this.#setup.icon === undefined) return;
    const image = nativeImage.createFromPath(this.#setup.icon).resize({ width: TRAY_PIXELS, height: TRAY_PIXELS });
    const tray = new Tray(image);
    tray.setToolTip('Atlas Studio');
    tray.setContextMenu(
      Menu.buildFromTemplate([
        { label: 'Show Atlas Studio', click: () => this.comeBack() },
        { label: 'Quit', click: () => void this.request('application') },
      ]),
    );
    tray.on('click', () => this.comeBack());
    this.#tray = tray;
  }
}
