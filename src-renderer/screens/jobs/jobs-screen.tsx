import { ListOrdered, Pause, Play, RotateCcw, SlidersHorizontal, Square, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useStore } from 'zustand';
import { useShallow } from 'zustand/react/shallow';
import type { JobResource } from '../../../src-shared/api/job-schemas.js';
import { hasEnded } from '../../../src-shared/job/job-state.js';
import { UNDO_SECONDS } from '../../stores/delayed-removal.js';
import { useStudio } from '../../stores/use-studio.js';
import { Button, IconButton } from '../../ui/button.js';
import { MoreMenu } from '../../ui/menu.js';
import { Message } from '../../ui/message.js';
import { texts } from '../../ui/texts.js';
import { JobName, JobState, JobWhen, nameOf } from './job-cells.js';
import { RetryDialog } from './retry-dialog.js';
import { WaitingList } from './waiting-list.js';
import './jobs.css';

/** All jobs: what runs, what waits in the order of the turns, what was not started, what has ended. */
export function JobsScreen() {
  const { jobs, queue, notices, route } = useStudio();
  const isLoaded = useStore(jobs, (state) => state.isLoaded);
  const turns = useStore(queue, (state) => state.queue?.queued);
  const list = useStore(
    jobs,
    useShallow((state) => state.order.flatMap((jobId) => state.jobs.get(jobId) ?? [])),
  );
  const [retried, setRetried] = useState<JobResource>();
  const waiting = list.filter(({ status }) => status === 'queued').sort(byTurn(turns ?? []));
  const groups = [
    { title: texts.jobs.running, jobs: list.filter(({ status }) => status === 'processing') },
    { title: texts.jobs.drafts, jobs: list.filter(({ status }) => status === 'draft') },
    { title: texts.jobs.ended, jobs: list.filter(({ status }) => hasEnded(status)) },
  ];
  const cancel = async (job: JobResource) => {
    if (!(await jobs.getState().cancel(job.job_id))) return;
    notices.getState().show(
      {
        ...{ kind: 'info', text: texts.jobs.cancelled(nameOf(job)) },
        action: { label: texts.common.undo, run: () => void jobs.getState().retry(job.job_id) },
      },
      UNDO_SECONDS,
    );
  };
  const rows = ({ title, jobs: shown }: (typeof groups)[number]) =>
    shown.length > 0 && (
      <section key={title} aria-label={title}>
        <h2 className="section-title">{title}</h2>
        <ul className="rows">
          {shown.map((job) => (
            <li key={job.job_id} className="row">
              <JobName job={job} />
              <JobState job={job} />
              <JobWhen job={job} />
              <JobActions job={job} onCancel={() => void cancel(job)} onRetryWith={() => setRetried(job)} />
            </li>
          ))}
        </ul>
      </section>
    );
  const [running, ...others] = groups;
  return (
    <div className="page">
      <header className="page-head page-head-actions">
        <div>
          <h1>{texts.jobs.title}</h1>
          <QueueIntro />
        </div>
        <PauseButton />
      </header>
      <PausedNote />
      {isLoaded && list.length === 0 && (
        <Message icon={ListOrdered} title={texts.jobs.empty} hint={texts.jobs.emptyHint}>
          <Button onPress={() => route.getState().go({ screen: 'home' })}>{texts.jobs.toCaptures}</Button>
        </Message>
      )}
      {running && rows(running)}
      {waiting.length > 0 && (
        <section aria-label={texts.jobs.waiting}>
          <h2 className="section-title">
            {texts.jobs.waiting}
            {waiting.length > 1 && <span className="section-hint">{texts.jobs.waitingHint}</span>}
          </h2>
          <WaitingList jobs={waiting} onCancel={(job) => void cancel(job)} />
        </section>
      )}
      {others.map(rows)}
      <RetryDialog job={retried} onClose={() => setRetried(undefined)} />
    </div>
  );
}

/** In the order of the turns; a job that the queue has not told of yet comes last. */
const byTurn = (turns: readonly string[]) => {
  const places = new Map(turns.map((jobId, place) => [jobId, place]));
  const placeOf = (job: JobResource) => places.get(job.job_id) ?? turns.length + (job.queue_position ?? 0);
  return (a: JobResource, b: JobResource) => placeOf(a) - placeOf(b);
};

function QueueIntro() {
  const { queue } = useStudio();
  const concurrency = useStore(queue, (state) => state.queue?.concurrency ?? 1);
  return <p>{concurrency > 1 ? texts.jobs.introParallel(concurrency) : texts.jobs.intro}</p>;
}

function PauseButton() {
  const { queue } = useStudio();
  const isPaused = useStore(queue, (state) => state.queue?.paused);
  if (isPaused === undefined) return null;
  return (
    <Button
      icon={isPaused ? Play : Pause}
      kind={isPaused ? 'primary' : 'normal'}
      onPress={() => void queue.getState().setPaused(!isPaused)}
    >
      {isPaused ? texts.jobs.resumeQueue : texts.jobs.pause}
    </Button>
  );
}

function PausedNote() {
  const { queue } = useStudio();
  const isPaused = useStore(queue, (state) => state.queue?.paused ?? false);
  if (!isPaused) return null;
  return (
    <p className="paused-note" role="status">
      <Pause size={16} aria-hidden />
      <span>
        <strong>{texts.jobs.paused}</strong> {texts.jobs.pausedHint}
      </span>
    </p>
  );
}

interface JobActionsProps {
  readonly job: JobResource;
  readonly onCancel: () => void;
  readonly onRetryWith: () => void;
}

function JobActions({ job, onCancel, onRetryWith }: JobActionsProps) {
  const { jobs } = useStudio();
  const { job_id: jobId, status } = job;
  const name = nameOf(job);
  const { retry, remove } = jobs.getState();
  const deletion = { id: 'delete', label: texts.common.delete, icon: Trash2, isDanger: true, run: () => remove(jobId) };
  const canRetry = hasEnded(status) && job.expired_at === null;
  return (
    <div className="row-actions">
      {status === 'processing' && (
        <IconButton icon={Square} label={`${texts.jobs.cancel}: ${name}`} onPress={onCancel} />
      )}
      {canRetry && status === 'cancelled' && (
        <IconButton icon={Play} label={`${texts.jobs.resume}: ${name}`} onPress={() => void retry(jobId)} />
      )}
      {canRetry && status === 'failed' && (
        <IconButton icon={RotateCcw} label={`${texts.jobs.retry}: ${name}`} onPress={() => void retry(jobId)} />
      )}
      <MoreMenu
        label={`${texts.common.more}: ${name}`}
        entries={
          canRetry
            ? [{ id: 'options', label: texts.jobs.retryWith, icon: SlidersHorizontal, run: onRetryWith }, deletion]
            : [deletion]
        }
      />
    </div>
  );
}
