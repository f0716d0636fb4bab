import { Box, RotateCcw, Trash2 } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import type { JobResource } from '../../../src-shared/api/job-schemas.js';
import { hasEnded } from '../../../src-shared/job/job-state.js';
import { formatBytes } from '../../../src-shared/pipeline/figures-as-text.js';
import { formatRoute } from '../../stores/route-store.js';
import { useStudio } from '../../stores/use-studio.js';
import { Bar } from '../../ui/bar.js';
import { MoreMenu } from '../../ui/menu.js';
import { Picture } from '../../ui/picture.js';
import { StatePill } from '../../ui/state-pill.js';
import { texts } from '../../ui/texts.js';
import { formatWhen } from '../../ui/when.js';

const THUMBNAIL_PX = 512;

/** A capture on Home: what it looks like, its state and its size. */
export function CaptureCard({ jobId }: { readonly jobId: string }) {
  const { jobs } = useStudio();
  const job = useStore(jobs, (state) => state.jobs.get(jobId));
  const cover = useCover(job);
  if (!job) return null;
  const name = job.name || texts.capture.unnamed;
  const { retry, remove } = jobs.getState();
  const bytes = job.photo_bytes + job.workspace_bytes + job.artifact_bytes;
  return (
    <li className="card">
      <a className="card-link" href={formatRoute({ screen: 'capture', jobId, tab: undefined })} aria-label={name}>
        <span className={`card-cover ${cover.isModel ? 'is-model' : ''}`}>
          {cover.path === undefined ? (
            <span className="picture picture-missing">
              <Box size={28} strokeWidth={1.4} aria-hidden />
            </span>
          ) : (
            <Picture path={cover.path} alt="" />
          )}
        </span>
      </a>
      <div className="card-text">
        <div className="card-row">
          <span className="card-name" title={name}>
            {name}
          </span>
          <MoreMenu
            label={`${texts.common.more}: ${name}`}
            entries={[
              ...(hasEnded(job.status) && job.status !== 'completed'
                ? [
                    {
                      ...{ id: 'retry', icon: RotateCcw, run: () => void retry(jobId) },
                      label: job.status === 'cancelled' ? texts.jobs.resume : texts.jobs.retry,
                    },
                  ]
                : []),
              { id: 'delete', label: texts.common.delete, icon: Trash2, isDanger: true, run: () => remove(jobId) },
            ]}
          />
        </div>
        <p className="card-facts">
          {texts.capture.facts(job.photo_count, formatBytes(bytes))} · {formatWhen(job.updated_at)}
        </p>
        {job.status === 'processing' ? (
          <div className="card-progress">
            <Bar size="s" label={`${texts.progress.overall}: ${name}`} fraction={job.progress / 100} />
            <span>{texts.progress.percent(job.progress)}</span>
          </div>
        ) : (
          <StatePill state={job.status} />
        )}
      </div>
    </li>
  );
}

/** The picture of the model where there is one, else the first photo. */
function useCover(job: JobResource | undefined): { readonly path: string | undefined; readonly isModel: boolean } {
  const { api } = useStudio();
  const [photoPath, setPhotoPath] = useState<string>();
  const [hasPreview, setHasPreview] = useState(false);
  const jobId = job?.job_id;
  const isCompleted = job?.status === 'completed' && job.expired_at === null;
  const hasPhotos = (job?.photo_count ?? 0) > 0;
  useEffect(() => {
    if (jobId === undefined || !isCompleted) return;
    api.listArtifacts(jobId).then(
      (artifacts) => setHasPreview(artifacts.some(({ name }) => name === 'preview.png')),
      () => undefined,
    );
  }, [api, jobId, isCompleted]);
  useEffect(() => {
    if (jobId === undefined || !hasPhotos) return;
    api.listPhotos(jobId).then(
      ({ photos: [first] }) => setPhotoPath(first && api.thumbnailPath(jobId, first.photo_id, THUMBNAIL_PX)),
      () => undefined,
    );
  }, [api, jobId, hasPhotos]);
  if (jobId !== undefined && isCompleted && hasPreview)
    return { path: api.artifactPath(jobId, 'preview.png'), isModel: true };
  return { path: photoPath, isModel: false };
}
