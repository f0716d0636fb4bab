import {
  Bell,
  BellRing,
  CircleAlert,
  CircleCheck,
  CirclePause,
  Clock3,
  Images,
  ScrollText,
  Square,
  TriangleAlert,
} from 'lucide-react';
import { useState } from 'react';
import type { JobResource } from '../../../src-shared/api/job-schemas.js';
import { formatSeconds, formatTimeLeft } from '../../../src-shared/pipeline/figures-as-text.js';
import { useStudio } from '../../stores/use-studio.js';
import { Bar } from '../../ui/bar.js';
import { Button } from '../../ui/button.js';
import { useKeys } from '../../ui/keys.js';
import { Message } from '../../ui/message.js';
import { texts } from '../../ui/texts.js';
import { DepthStrip } from './depth-strip.js';
import { LivePanel } from './live-panel.js';
import { LogDialog } from './log-dialog.js';
import { StageTimeline } from './stage-timeline.js';
import './progress.css';

/** How far the work is, with what it has found so far. */
export function ProgressScreen({ job }: { readonly job: JobResource }) {
  const [isLogOpen, setLogOpen] = useState(false);
  useKeys({ l: () => setLogOpen(true) });
  const isBusy = job.status === 'queued' || job.status === 'processing';
  return (
    <div className="progress">
      <section className="live" aria-label={texts.progress.live}>
        <LivePanel job={job} />
        <DepthStrip jobId={job.job_id} />
      </section>
      <aside className="panel progress-panel" aria-label={texts.progress.title}>
        {isBusy ? <BusyHead job={job} /> : <EndHead job={job} />}
        {job.status !== 'draft' && <StageTimeline job={job} />}
        <Warnings job={job} />
        {job.status !== 'draft' && (
          <div className="progress-foot">
            <Button size="s" kind="quiet" icon={ScrollText} onPress={() => setLogOpen(true)}>
              {texts.progress.log}
            </Button>
            {isBusy && <NotifyButton />}
          </div>
        )}
      </aside>
      <LogDialog job={job} isOpen={isLogOpen} onClose={() => setLogOpen(false)} />
    </div>
  );
}

function BusyHead({ job }: { readonly job: JobResource }) {
  const { jobs, route } = useStudio();
  const isQueued = job.status === 'queued';
  return (
    <div className="progress-head">
      <p className="progress-percent">{isQueued ? texts.progress.waiting : texts.progress.percent(job.progress)}</p>
      <p className="progress-message" aria-live="polite">
        {isQueued ? texts.progress.waitingPlace(job.queue_position ?? 0) : job.message}
      </p>
      <Bar label={texts.progress.overall} fraction={isQueued ? undefined : job.progress / 100} />
      <p className="progress-eta">
        {!isQueued && job.eta_seconds !== null && (
          <>
            <Clock3 size={14} aria-hidden /> {formatTimeLeft(job.eta_seconds)}
          </>
        )}
      </p>
      <div className="progress-actions">
        <Button icon={Square} onPress={() => void jobs.getState().cancel(job.job_id)}>
          {texts.progress.cancel}
        </Button>
        <Button onPress={() => route.getState().go({ screen: 'home' })}>{texts.progress.background}</Button>
      </div>
      <p className="progress-note">{texts.progress.backgroundHint}</p>
    </div>
  );
}

/** What there is to say when nothing is computed. */
function EndHead({ job }: { readonly job: JobResource }) {
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

function Warnings({ job }: { readonly job: JobResource }) {
  if (job.warnings.length === 0) return null;
  return (
    <section className="remarks" aria-label={texts.progress.warnings}>
      <h3 className="panel-subtitle">{texts.progress.warnings}</h3>
      <ul>
        {job.warnings.map(({ code, message, photos = [] }) => (
          <li key={`${code} ${message}`} title={photos.join(', ')}>
            <TriangleAlert size={14} aria-hidden />
            <span>{message}</span>
            {photos.length > 0 && <span className="remark-count">{texts.capture.photos(photos.length)}</span>}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Asks the browser to tell when the work has ended. */
function NotifyButton() {
  const [permission, setPermission] = useState(() => ('Notification' in window ? Notification.permission : 'denied'));
  if (permission === 'denied') return null;
  if (permission === 'granted') {
    return (
      <span className="progress-notify">
        <BellRing size={14} aria-hidden /> {texts.progress.notifyOn}
      </span>
    );
  }
  return (
    <Button size="s" kind="quiet" icon={Bell} onPress={() => void Notification.requestPermission().then(setPermission)}>
      {texts.progress.notify}
    </Button>
  );
}
