import type { JobResource } from '../../../src-shared/api/job-schemas.js';
import { formatBytes, formatTimeLeft } from '../../../src-shared/pipeline/figures-as-text.js';
import { formatRoute } from '../../stores/route-store.js';
import { Bar } from '../../ui/bar.js';
import { StatePill } from '../../ui/state-pill.js';
import { texts } from '../../ui/texts.js';
import { formatWhen } from '../../ui/when.js';

export const nameOf = ({ name }: JobResource): string => name || texts.capture.unnamed;

/** The name of a job, which leads to it, and what it is about; of a failed one why, and what to do. */
export function JobName({ job }: { readonly job: JobResource }) {
  const facts = texts.capture.facts(
    job.photo_count,
    formatBytes(job.photo_bytes + job.workspace_bytes + job.artifact_bytes),
  );
  return (
    <div className="row-name">
      <a href={formatRoute({ screen: 'capture', jobId: job.job_id, tab: undefined })}>{nameOf(job)}</a>
      {job.status === 'failed' && job.error ? (
        <p className="row-problem">
          <strong>{job.error.message}</strong> {job.error.hint}
        </p>
      ) : (
        <p>
          {facts} · {texts.options.tiers[job.options.tier].title}
        </p>
      )}
    </div>
  );
}

/** Where a job stands. @param place jobs before it, of a waiting one */
export function JobState({ job, place }: { readonly job: JobResource; readonly place?: number }) {
  if (job.status === 'processing') {
    return (
      <div className="row-state">
        <Bar size="s" label={`${texts.progress.overall}: ${nameOf(job)}`} fraction={job.progress / 100} />
        <p>
          {texts.progress.percent(job.progress)}
          {job.eta_seconds === null ? '' : ` · ${formatTimeLeft(job.eta_seconds)}`}
        </p>
      </div>
    );
  }
  return (
    <div className="row-state">
      <StatePill state={job.status} />
      {place !== undefined && <p>{texts.jobs.place(place)}</p>}
    </div>
  );
}

export function JobWhen({ job }: { readonly job: JobResource }) {
  return (
    <time className="row-when" dateTime={job.updated_at}>
      {formatWhen(job.updated_at)}
    </time>
  );
}
