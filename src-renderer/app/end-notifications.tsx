import { useEffect } from 'react';
import { useStudio } from '../stores/use-studio.js';
import { texts } from '../ui/texts.js';

/** Tells when a job ends: in the page, and as a notification of the system where that was allowed and the page is not seen. */
export function EndNotifications() {
  const { jobs, notices, route } = useStudio();
  useEffect(
    () =>
      jobs.subscribe(({ jobs: now }, { jobs: before }) => {
        if (now === before) return;
        for (const job of now.values()) {
          if (before.get(job.job_id)?.status !== 'processing') continue;
          if (job.status !== 'completed' && job.status !== 'failed') continue;
          const isGood = job.status === 'completed';
          const title = isGood ? texts.progress.notifyTitle : texts.progress.notifyFailed;
          const target = { screen: 'capture', jobId: job.job_id, tab: isGood ? 'model' : 'progress' } as const;
          const { route: shown } = route.getState();
          if (shown.screen !== 'capture' || shown.jobId !== job.job_id) {
            notices.getState().show({
              kind: isGood ? 'good' : 'bad',
              text: `${job.name || texts.capture.unnamed}: ${title}`,
              action: { label: texts.jobs.open, run: () => route.getState().go(target) },
            });
          }
          if (document.hidden && 'Notification' in window && Notification.permission === 'granted') {
            const notification = new Notification(title, { body: job.name, tag: job.job_id });
            notification.onclick = () => {
              window.focus();
              route.getState().go(target);
            };
          }
        }
      }),
    [jobs, notices, route],
  );
  return null;
}
