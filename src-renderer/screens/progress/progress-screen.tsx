import { ScrollText } from 'lucide-react';
import { useState } from 'react';
import type { JobResource } from '../../../src-shared/api/job-schemas.js';
import { Button } from '../../ui/button.js';
import { useKeys } from '../../ui/keys.js';
import { texts } from '../../ui/texts.js';
import { BusyHead } from './busy-head.js';
import { DepthStrip } from './depth-strip.js';
import { EndHead } from './end-head.js';
import { LivePanel } from './live-panel.js';
import { LogDialog } from './log-dialog.js';
import { NotifyButton } from './notify-button.js';
import { Remarks } from './remarks.js';
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
        <Remarks job={job} />
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
