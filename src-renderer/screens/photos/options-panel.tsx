import { Play, RotateCcw } from 'lucide-react';
import { useState } from 'react';
import { useStore } from 'zustand';
import type { JobResource } from '../../../src-shared/api/job-schemas.js';
import { hasEnded } from '../../../src-shared/job/job-state.js';
import type { ReconstructOptions } from '../../../src-shared/pipeline/reconstruct-options.js';
import { uploadTotals } from '../../stores/uploads-store.js';
import { useStudio } from '../../stores/use-studio.js';
import { Button } from '../../ui/button.js';
import { texts } from '../../ui/texts.js';
import { OptionsFields } from '../options/options-fields.js';
import { RunEstimate } from '../options/run-estimate.js';

const COMFORTABLE_PHOTOS = 20;

interface OptionsPanelProps {
  readonly job: JobResource;
  /** Photos that a run would use. */
  readonly photoCount: number;
  readonly flaggedCount: number;
  /** Whether most photos are so small that the model cannot be fine. */
  readonly areSmall: boolean;
  readonly minPhotos: number;
}

/** What is to be made of the photos: the quality, the rest folded away, what it will need, and the start. */
export function OptionsPanel({ job, photoCount, flaggedCount, areSmall, minPhotos }: OptionsPanelProps) {
  const { jobs, uploads, capture, route } = useStudio();
  const [options, setOptions] = useState<ReconstructOptions>(job.options);
  const [isStarting, setIsStarting] = useState(false);
  const openUploads = useStore(uploads, (state) => uploadTotals(state.uploads, job.job_id).open);
  const isDraft = job.status === 'draft';
  const canChange = isDraft || hasEnded(job.status);
  const missing = minPhotos - photoCount;

  const start = async () => {
    setIsStarting(true);
    const { change, commit, retry } = jobs.getState();
    await capture.getState().settlePhotos();
    const hasStarted = isDraft
      ? (await change(job.job_id, { options })) && (await commit(job.job_id))
      : await retry(job.job_id, options);
    setIsStarting(false);
    if (!hasStarted) return;
    uploads.getState().clear(job.job_id);
    route.getState().go({ screen: 'capture', jobId: job.job_id, tab: 'progress' });
  };

  return (
    <aside className="panel options" aria-label={texts.photos.options}>
      <h2 className="panel-title">{texts.options.quality}</h2>
      <OptionsFields options={options} isDisabled={!canChange} onChange={setOptions} />

      {isDraft && (
        <div className="options-advices">
          {missing <= 0 && photoCount < COMFORTABLE_PHOTOS && (
            <p className="options-advice">{texts.photos.fewAdvice}</p>
          )}
          {areSmall && <p className="options-advice">{texts.photos.smallAdvice}</p>}
          {flaggedCount > 0 && <p className="options-advice">{texts.photos.flaggedAdvice(flaggedCount)}</p>}
        </div>
      )}

      <div className="options-foot">
        {photoCount > 0 && canChange && <RunEstimate jobId={job.job_id} options={options} photoCount={photoCount} />}
        {isDraft ? (
          <Button
            kind="primary"
            size="l"
            icon={Play}
            isDisabled={missing > 0 || openUploads > 0 || isStarting}
            onPress={() => void start()}
          >
            {isStarting
              ? texts.photos.starting
              : openUploads > 0
                ? texts.photos.waitUpload
                : missing > 0
                  ? texts.photos.needMore(missing)
                  : texts.photos.start}
          </Button>
        ) : (
          canChange && (
            <>
              <p className="options-advice">{texts.photos.againHint}</p>
              <Button size="l" icon={RotateCcw} isDisabled={isStarting} onPress={() => void start()}>
                {texts.photos.again}
              </Button>
            </>
          )
        )}
      </div>
    </aside>
  );
}
