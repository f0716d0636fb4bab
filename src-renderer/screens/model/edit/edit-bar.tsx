import { CircleAlert, LoaderCircle, X } from 'lucide-react';
import { useState } from 'react';
import { useStore } from 'zustand';
import type { JobResource } from '../../../../src-shared/api/job-schemas.js';
import { hasEnded } from '../../../../src-shared/job/job-state.js';
import { sameEdits, withEdits } from '../../../stores/model-edit-store.js';
import { useStudio } from '../../../stores/use-studio.js';
import { Bar } from '../../../ui/bar.js';
import { Button, IconButton } from '../../../ui/button.js';
import { editTexts } from '../../../ui/texts/edit-texts.js';

/** What is not applied yet, and the way to apply it; while the model is written anew, how far that is. */
export function EditBar({ job }: { readonly job: JobResource }) {
  const { jobs, capture, modelEdit } = useStudio();
  const quality = useStore(capture, (state) => state.quality);
  const isPending = useStore(modelEdit, (state) => !sameEdits(state.wanted, state.applied));
  const [isAsking, setIsAsking] = useState(false);
  if (!hasEnded(job.status)) return <Writing job={job} />;
  const hasFailed = job.status === 'failed' && job.artifacts_from !== null;
  if (!isPending || !quality) return null;
  const apply = async () => {
    setIsAsking(true);
    await jobs.getState().retry(job.job_id, withEdits(quality.options, modelEdit.getState().wanted));
    setIsAsking(false);
  };
  return (
    <div className="edit-bar" role="status">
      {hasFailed ? (
        <span className="edit-failed">
          <CircleAlert size={16} aria-hidden />
          <span>
            {editTexts.failed}: {job.error?.message} {job.error?.hint}
          </span>
        </span>
      ) : (
        <span className="edit-words">{editTexts.pending}</span>
      )}
      <Button size="s" kind="quiet" onPress={() => modelEdit.getState().discard()}>
        {editTexts.discard}
      </Button>
      <Button size="s" kind="primary" isDisabled={isAsking} onPress={() => void apply()}>
        {hasFailed ? editTexts.tryAgain : editTexts.apply}
      </Button>
    </div>
  );
}

function Writing({ job }: { readonly job: JobResource }) {
  const { jobs } = useStudio();
  const isQueued = job.status === 'queued';
  return (
    <div className="edit-bar" role="status">
      <LoaderCircle size={16} className="spin" aria-hidden />
      <span className="edit-words">{isQueued ? editTexts.applyingQueued : editTexts.applying}</span>
      <span className="edit-progress">
        <Bar label={editTexts.applying} fraction={isQueued ? undefined : job.progress / 100} size="s" />
      </span>
      <IconButton icon={X} label={editTexts.cancel} onPress={() => void jobs.getState().cancel(job.job_id)} />
    </div>
  );
}
