import { RotateCcw } from 'lucide-react';
import { useState } from 'react';
import type { JobResource } from '../../../src-shared/api/job-schemas.js';
import type { ReconstructOptions } from '../../../src-shared/pipeline/reconstruct-options.js';
import { useStudio } from '../../stores/use-studio.js';
import { Button } from '../../ui/button.js';
import { Dialog } from '../../ui/dialog.js';
import { texts } from '../../ui/texts.js';
import { OptionsFields } from '../options/options-fields.js';
import { RunEstimate } from '../options/run-estimate.js';
import { nameOf } from './job-cells.js';

interface RetryDialogProps {
  readonly job: JobResource | undefined;
  readonly onClose: () => void;
}

/** Runs an ended job again with the same or other options. */
export function RetryDialog({ job, onClose }: RetryDialogProps) {
  return (
    <Dialog title={job ? texts.jobs.retryTitle(nameOf(job)) : ''} isOpen={job !== undefined} onClose={onClose}>
      {job && <RetryOptions key={job.job_id} job={job} onClose={onClose} />}
    </Dialog>
  );
}

function RetryOptions({ job, onClose }: { readonly job: JobResource; readonly onClose: () => void }) {
  const { jobs } = useStudio();
  const [options, setOptions] = useState<ReconstructOptions>(job.options);
  const [isStarting, setStarting] = useState(false);
  const start = async () => {
    setStarting(true);
    const hasStarted = await jobs.getState().retry(job.job_id, options);
    setStarting(false);
    if (hasStarted) onClose();
  };
  return (
    <div className="retry">
      {job.status === 'failed' && job.error && (
        <p className="retry-problem">
          <strong>{job.error.message}</strong> {job.error.hint}
        </p>
      )}
      <OptionsFields options={options} onChange={setOptions} />
      <RunEstimate jobId={job.job_id} options={options} photoCount={job.photo_count} />
      <p className="retry-hint">{texts.jobs.retryHint}</p>
      <div className="retry-foot">
        <Button onPress={onClose}>{texts.common.cancel}</Button>
        <Button kind="primary" icon={RotateCcw} isDisabled={isStarting} onPress={() => void start()}>
          {texts.jobs.retryStart}
        </Button>
      </div>
    </div>
  );
}
