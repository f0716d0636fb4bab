import { ListOrdered, Play, RotateCcw, Square, Trash2 } from 'lucide-react';
import { useStore } from 'zustand';
import { useShallow } from 'zustand/react/shallow';
import type { JobResource } from '../../../src-shared/api/job-schemas.js';
import { formatBytes, formatTimeLeft } from '../../../src-shared/pipeline/figures-as-text.js';
import { isBusy } from '../../stores/jobs-store.js';
import { formatRoute } from '../../stores/route-store.js';
import { useStudio } from '../../stores/use-studio.js';
import { Bar } from '../../ui/bar.js';
import { IconButton } from '../../ui/button.js';
import { Message } from '../../ui/message.js';
import { StatePill } from '../../ui/state-pill.js';
import { texts } from '../../ui/texts.js';
import { formatWhen } from '../../ui/when.js';
import './jobs.css';

/** All jobs: what runs and waits first, then what has ended. */
export function JobsScreen() {
  const { jobs } = useStudio();
  const isLoaded = useStore(jobs, (state) => state.isLoaded);
  const list = useStore(
    jobs,
    useShallow((state) => state.order.flatMap((jobId) => state.jobs.get(jobId) ?? [])),
  );
  const groups = [
    // The queue takes the oldest first.
    { title: texts.jobs.running, jobs: list.filter(isBusy).sort(byTurn) },
    { title: texts.jobs.drafts, jobs: list.filter(({ status }) => status === 'draft') },
    { title: texts.jobs.ended, jobs: list.filter((job) => !isBusy(job) && job.status !== 'draft') },
  ].filter((group) => group.jobs.length > 0);
  return (
    <div className="page">
      <header className="page-head">
        <h1>{texts.jobs.title}</h1>
        <p>{texts.jobs.intro}</p>
      </header>
      {isLoaded && list.length === 0 && (
        <Message icon={ListOrdered} title={texts.jobs.empty} hint={texts.jobs.emptyHint} />
      )}
      {groups.map(({ title, jobs: rows }) => (
        <section key={title} aria-label={title}>
          <h2 className="section-title">{title}</h2>
          <ul className="rows">
            {rows.map((job) => (
              <JobRow key={job.job_id} job={job} />
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}

const byTurn = (a: JobResource, b: JobResource) =>
  Number(b.status === 'processing') - Number(a.status === 'processing') ||
  (a.queue_position ?? 0) - (b.queue_position ?? 0);

function JobRow({ job }: { readonly job: JobResource }) {
  const { jobs } = useStudio();
  const { job_id: jobId, status } = job;
  const name = job.name || texts.capture.unnamed;
  const { cancel, retry, remove } = jobs.getState();
  return (
    <li className="row">
      <div className="row-name">
        <a href={formatRoute({ screen: 'capture', jobId, tab: undefined })}>{name}</a>
        <p>
          {status === 'failed' && job.error
            ? job.error.message
            : texts.capture.facts(
                job.photo_count,
                formatBytes(job.photo_bytes + job.workspace_bytes + job.artifact_bytes),
              )}
        </p>
      </div>
      <div className="row-state">
        {status === 'processing' ? (
          <>
            <Bar size="s" label={`${texts.progress.overall}: ${name}`} fraction={job.progress / 100} />
            <p>
              {texts.progress.percent(job.progress)}
              {job.eta_seconds === null ? '' : ` · ${formatTimeLeft(job.eta_seconds)}`}
            </p>
          </>
        ) : (
          <>
            <StatePill state={status} />
            {status === 'queued' && <p>{texts.progress.waitingPlace(job.queue_position ?? 0)}</p>}
          </>
        )}
      </div>
      <time className="row-when" dateTime={job.updated_at}>
        {formatWhen(job.updated_at)}
      </time>
      <div className="row-actions">
        {isBusy(job) && (
          <IconButton icon={Square} label={`${texts.jobs.cancel}: ${name}`} onPress={() => void cancel(jobId)} />
        )}
        {status === 'cancelled' && (
          <IconButton icon={Play} label={`${texts.jobs.resume}: ${name}`} onPress={() => void retry(jobId)} />
        )}
        {status === 'failed' && (
          <IconButton icon={RotateCcw} label={`${texts.jobs.retry}: ${name}`} onPress={() => void retry(jobId)} />
        )}
        <IconButton icon={Trash2} label={`${texts.common.delete}: ${name}`} onPress={() => remove(jobId)} />
      </div>
    </li>
  );
}
