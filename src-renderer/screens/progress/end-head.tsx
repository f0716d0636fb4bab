import { CircleAlert, CircleCheck, CirclePause, Images } from 'lucide-react';
import type { JobResource } from '../../../src-shared/api/job-schemas.js';
import { formatSeconds } from '../../../src-shared/pipeline/figures-as-text.js';
import { useStudio } from '../../stores/use-studio.js';
import { Button } from '../../ui/button.js';
import { Message } from '../../ui/message.js';
import { texts } from '../../ui/texts.js';

/** What there is to say when nothing is computed. */
export function EndHead({ job }: { readonly job: JobResource }) {
  const { jobs, route } = useStudio();
  const go = (tab: 'photos' | 'model') => route.getState().go({ screen: 'capture', jobId: job.job_id, tab });
  const retry = () => void jobs.getState().retry(job.job_id);
  if (job.status === 'completed') {
    const hint = texts.progress.doneHint(formatSeconds(secondsOf(job)));
    return (
      <Message icon={CircleCheck} tone="good" title={texts.progress.done} hint={hint}>
        <Button kind="primary" onPress={() => go('model')}>
          {texts.progress.show}
        </Button>
      </Message>
    );
  }
  if (job.status === 'failed') {
    const { message, hint, code } = job.error ?? { message: job.message, hint: '', code: undefined };
    return (
      <Message icon={CircleAlert} tone="bad" title={texts.progress.failed} hint={`${message} ${hint}`} code={code}>
        <Button kind="primary" onPress={retry}>
          {texts.progress.retry}
        </Button>
        <Button onPress={() => go('photos')}>{texts.progress.backToPhotos}</Button>
      </Message>
    );
  }
  if (job.status === 'cancelled') {
    return (
      <Message icon={CirclePause} title={texts.progress.cancelled} hint={texts.progress.cancelledHint}>
        <Button kind="primary" onPress={retry}>
          {texts.progress.resume}
        </Button>
      </Message>
    );
  }
  return (
    <Message icon={Images} title={texts.progress.draft} hint={texts.progress.draftHint}>
      <Button kind="primary" onPress={() => go('photos')}>
        {texts.progress.backToPhotos}
      </Button>
    </Message>
  );
}

const secondsOf = ({ started_at, finished_at }: JobResource): number =>
  started_at && finished_at ? (Date.parse(finished_at) - Date.parse(started_at)) / 1000 : 0;
