import { ArrowLeft, RotateCcw, SearchX, Trash2 } from 'lucide-react';
import { lazy, Suspense, useEffect, useState } from 'react';
import { Input, TextField } from 'react-aria-components';
import { useStore } from 'zustand';
import type { JobResource } from '../../src-shared/api/job-schemas.js';
import { hasEnded } from '../../src-shared/job/job-state.js';
import { formatBytes } from '../../src-shared/pipeline/figures-as-text.js';
import { type CaptureTab, formatRoute } from '../stores/route-store.js';
import { useStudio } from '../stores/use-studio.js';
import { Button } from '../ui/button.js';
import { type MenuEntry, MoreMenu } from '../ui/menu.js';
import { Message } from '../ui/message.js';
import { StatePill } from '../ui/state-pill.js';
import { texts } from '../ui/texts.js';
import { PhotosScreen } from './photos/photos-screen.js';
import { ProgressScreen } from './progress/progress-screen.js';
import './capture.css';

// The model's viewer brings three.js: it is loaded when it is looked at.
const ModelScreen = lazy(() =>
  import('./model/model-screen.js').then(({ ModelScreen: screen }) => ({ default: screen })),
);

const TABS: readonly CaptureTab[] = ['photos', 'progress', 'model'];

/** Where a capture is opened when nothing else was asked for. */
export function startingTab({ status, artifacts_from }: Pick<JobResource, 'status' | 'artifacts_from'>): CaptureTab {
  if (status === 'draft') return 'photos';
  // While a model is written anew, the one that is there stays on the screen.
  return status === 'completed' || artifacts_from !== null ? 'model' : 'progress';
}

/** One capture: its photos, its progress and its model. */
export function CaptureScreen({ jobId }: { readonly jobId: string }) {
  const { capture, jobs, route } = useStudio();
  const job = useStore(jobs, (state) => state.jobs.get(jobId));
  const isRemoving = useStore(jobs, (state) => state.removing.has(jobId));
  const problem = useStore(capture, (state) => (state.jobId === jobId ? state.problem : undefined));
  const chosen = useStore(route, (state) => (state.route.screen === 'capture' ? state.route.tab : undefined));

  // Where it was opened it stays: what ends meanwhile does not take the page from under whoever looks at it.
  const [opened, setOpened] = useState<{ readonly jobId: string; readonly tab: CaptureTab }>();
  if (job && opened?.jobId !== jobId) setOpened({ jobId, tab: startingTab(job) });

  useEffect(() => {
    capture.getState().open(jobId);
    return () => capture.getState().close();
  }, [capture, jobId]);

  if (problem && !job) {
    const isGone = problem.code === 'JOB_NOT_FOUND';
    return (
      <Message
        icon={SearchX}
        title={isGone ? texts.capture.notFound : problem.title}
        hint={isGone ? texts.capture.notFoundHint : problem.hint}
        code={isGone ? undefined : problem.code}
        tone={isGone ? 'calm' : 'bad'}
      >
        <Button onPress={() => route.getState().go({ screen: 'home' })}>{texts.common.back}</Button>
      </Message>
    );
  }
  if (!job || isRemoving) return null;
  const tab = chosen ?? opened?.tab ?? startingTab(job);
  return (
    <div className="capture">
      <CaptureHead job={job} tab={tab} />
      <div className="capture-body">
        <Suspense fallback={null}>
          {tab === 'photos' && <PhotosScreen job={job} />}
          {tab === 'progress' && <ProgressScreen job={job} />}
          {tab === 'model' && <ModelScreen job={job} />}
        </Suspense>
      </div>
    </div>
  );
}

function CaptureHead({ job, tab }: { readonly job: JobResource; readonly tab: CaptureTab }) {
  const { jobs, route } = useStudio();
  const { job_id: jobId } = job;
  const entries: MenuEntry[] = [];
  if (hasEnded(job.status)) {
    entries.push({
      ...{
        id: 'retry',
        label: job.status === 'cancelled' ? texts.progress.resume : texts.photos.again,
        icon: RotateCcw,
      },
      run: () => {
        void jobs.getState().retry(jobId);
        route.getState().go({ screen: 'capture', jobId, tab: 'progress' });
      },
    });
  }
  entries.push({
    ...{ id: 'delete', label: texts.common.delete, icon: Trash2, isDanger: true },
    run: () => {
      route.getState().go({ screen: 'home' });
      jobs.getState().remove(jobId);
    },
  });
  return (
    <header className="capture-head">
      <a className="icon-button" href="#/" aria-label={texts.common.back} title={texts.common.back}>
        <ArrowLeft size={18} aria-hidden />
      </a>
      <div className="capture-title">
        <NameField key={job.name} job={job} />
        <span className="capture-facts">{texts.capture.facts(job.photo_count, formatBytes(job.photo_bytes))}</span>
      </div>
      <nav className="tabs" aria-label={job.name || texts.capture.unnamed}>
        {TABS.map((id) => (
          <a
            key={id}
            className="tab"
            href={formatRoute({ screen: 'capture', jobId, tab: id })}
            aria-current={tab === id ? 'page' : undefined}
          >
            {texts.capture.tabs[id]}
          </a>
        ))}
      </nav>
      <div className="capture-actions">
        <StatePill state={job.status} />
        <MoreMenu entries={entries} />
      </div>
    </header>
  );
}

/** The name, changed in place. */
function NameField({ job }: { readonly job: JobResource }) {
  const { jobs } = useStudio();
  const [name, setName] = useState(job.name);
  const save = () => {
    const next = name.trim();
    if (next !== '' && next !== job.name) void jobs.getState().change(job.job_id, { name: next });
    else setName(job.name);
  };
  return (
    <TextField aria-label={texts.capture.name} value={name} onChange={setName} maxLength={200} className="name-field">
      <Input
        className="name-input"
        placeholder={texts.capture.unnamed}
        onBlur={save}
        onKeyDown={(event) => {
          if (event.key === 'Enter') event.currentTarget.blur();
          if (event.key === 'Escape') {
            setName(job.name);
            requestAnimationFrame(() => (document.activeElement as HTMLElement | null)?.blur());
          }
        }}
      />
    </TextField>
  );
}
