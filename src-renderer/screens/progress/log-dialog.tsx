import { useEffect, useRef } from 'react';
import { useStore } from 'zustand';
import type { JobResource } from '../../../src-shared/api/job-schemas.js';
import { hasEnded } from '../../../src-shared/job/job-state.js';
import { useStudio } from '../../stores/use-studio.js';
import { Dialog } from '../../ui/dialog.js';
import { texts } from '../../ui/texts.js';

interface LogDialogProps {
  readonly job: JobResource;
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

const READ_MS = 1500;

/** What the engine writes while it works, read on while it is open. */
export function LogDialog({ job, isOpen, onClose }: LogDialogProps) {
  return (
    <Dialog title={texts.progress.logTitle} isOpen={isOpen} onClose={onClose} size="full">
      <LogLines job={job} />
    </Dialog>
  );
}

function LogLines({ job }: { readonly job: JobResource }) {
  const { log } = useStudio();
  const lines = useStore(log, (state) => (state.jobId === job.job_id ? state.lines : undefined));
  const end = useRef<HTMLDivElement>(null);
  const isOver = hasEnded(job.status);
  useEffect(() => {
    const read = () => void log.getState().read(job.job_id);
    read();
    const timer = isOver ? undefined : setInterval(read, READ_MS);
    return () => clearInterval(timer);
  }, [log, job.job_id, isOver]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each new line is scrolled to
  useEffect(() => {
    // Nothing is returned: browsers have begun to give a promise, which React would call to clean up.
    end.current?.scrollIntoView({ block: 'end' });
  }, [lines]);
  if (!lines || lines.length === 0) return <p className="log-empty">{texts.progress.logEmpty}</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <div className="log" role="log" aria-label={texts.progress.logTitle} tabIndex={0}>
      {lines.map(({ level, time, text }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines are only ever added
        <p key={index} className={`log-line log-${level}`}>
          <time>{time}</time>
          <span>{text}</span>
        </p>
      ))}
      <div ref={end} />
    </div>
  );
}
