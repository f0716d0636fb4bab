import { Notification, powerSaveBlocker } from 'electron';
import type { JobResource } from '../../../src-shared/api/job-schemas.js';
import type { StudioWindow } from '../window/studio-window.js';
import { type Activity, endNotification, mustStayAwake, taskbarProgress } from './job-activity.js';

/** Shows what is computed outside of the page: taskbar, sleep, notifications. */
export class ActivityDisplay {
  readonly #window: StudioWindow;
  #blocker: number | undefined;

  constructor(window: StudioWindow) {
    this.#window = window;
  }

  show(activity: Activity): void {
    const progress = taskbarProgress(activity);
    this.#window.setProgress(progress);
    if (mustStayAwake(activity)) this.#blocker ??= powerSaveBlocker.start('prevent-app-suspension');
    else this.clear();
  }

  /** Lets the computer sleep again. */
  clear(): void {
    if (this.#blocker !== undefined) powerSaveBlocker.stop(this.#blocker);
    this.#blocker = undefined;
  }

  /** Tells of a job's end where the window is not looked at. */
  tellEnd(job: JobResource): void {
    const text = endNotification(job);
    if (!text || this.#window.isLookedAt || !Notification.isSupported()) return;
    const notification = new Notification(text);
    notification.on('click', () => {
      this.#window.show();
      this.#window.tell('openJob', { jobId: job.job_id });
    });
    notification.show();
  }
}
