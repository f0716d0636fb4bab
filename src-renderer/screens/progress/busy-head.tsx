import { CirclePause, Clock3, Play, Square, Unplug } from 'lucide-react';
import { useStore } from 'zustand';
import type { JobResource } from '../../../src-shared/api/job-schemas.js';
import { formatTimeLeft } from '../../../src-shared/pipeline/figures-as-text.js';
import { useStudio } from '../../stores/use-studio.js';
import { Bar } from '../../ui/bar.js';
import { Button } from '../../ui/button.js';
import { texts } from '../../ui/texts.js';

/** How far a job that waits or runs is, and what can be done with it. */
export function BusyHead({ job }: { readonly job: JobResource }) {
  const { jobs, route } = useStudio();
  const isQueued = job.status === 'queued';
  return (
    <div className="progress-head">
      <p className="progress-percent">{isQueued ? texts.progress.waiting : texts.progress.percent(job.progress)}</p>
      <p className="progress-message" aria-live="polite">
        {isQueued ? texts.progress.waitingPlace(job.queue_position ?? 0) : job.message}
      </p>
      <Bar label={texts.progress.overall} fraction={isQueued ? undefined : job.progress / 100} />
      <TimeLeft job={job} />
      <div className="progress-actions">
        <Button icon={Square} onPress={() => void jobs.getState().cancel(job.job_id)}>
          {texts.progress.cancel}
        </Button>
        <Button onPress={() => route.getState().go({ screen: 'home' })}>{texts.progress.background}</Button>
      </div>
      <p className="progress-note">{texts.progress.backgroundHint}</p>
      <QueuePause isQueued={isQueued} />
    </div>
  );
}

/** Or that nothing is known at the moment, as the service does not answer. */
function TimeLeft({ job }: { readonly job: JobResource }) {
  const { connection } = useStudio();
  const isLost = useStore(connection, ({ state }) => state === 'lost');
  if (isLost) {
    return (
      <p className="progress-eta is-lost">
        <Unplug size={14} aria-hidden /> {texts.progress.lost}
      </p>
    );
  }
  return (
    <p className="progress-eta">
      {job.status === 'processing' && job.eta_seconds !== null && (
        <>
          <Clock3 size={14} aria-hidden /> {formatTimeLeft(job.eta_seconds)}
        </>
      )}
    </p>
  );
}

/** Holds the queue, or lets it go on. What runs is not touched. */
function QueuePause({ isQueued }: { readonly isQueued: boolean }) {
  const { queue } = useStudio();
  const isPaused = useStore(queue, (state) => state.queue?.paused);
  const waiting = useStore(queue, (state) => state.queue?.queued.length ?? 0);
  if (isPaused === undefined) return null;
  const set = (paused: boolean) => void queue.getState().setPaused(paused);
  if (isPaused) {
    return (
      <div className="queue-held" role="status">
        <CirclePause size={16} aria-hidden />
        <span>{isQueued ? texts.progress.pausedHere : texts.progress.pausedAfter}</span>
        <Button size="s" icon={Play} onPress={() => set(false)}>
          {texts.progress.resumeQueue}
        </Button>
      </div>
    );
  }
  if (!isQueued && waiting === 0) return null;
  return (
    <Button size="s" kind="quiet" icon={CirclePause} className="queue-hold" onPress={() => set(true)}>
      {texts.progress.pauseQueue(waiting)}
    </Button>
  );
}
