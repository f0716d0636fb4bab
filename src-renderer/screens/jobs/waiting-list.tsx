import { ArrowDown, ArrowUp, ArrowUpToLine, GripVertical, Square } from 'lucide-react';
import { Button as AriaButton, GridList, GridListItem, useDragAndDrop } from 'react-aria-components';
import type { JobResource } from '../../../src-shared/api/job-schemas.js';
import { useStudio } from '../../stores/use-studio.js';
import { IconButton } from '../../ui/button.js';
import { MoreMenu } from '../../ui/menu.js';
import { texts } from '../../ui/texts.js';
import { JobName, JobState, JobWhen, nameOf } from './job-cells.js';

interface WaitingListProps {
  /** In the order of their turn. */
  readonly jobs: readonly JobResource[];
  readonly onCancel: (job: JobResource) => void;
}

/** Jobs that wait, in an order that people choose: by dragging, by keys on the handle, or from the menu. */
export function WaitingList({ jobs, onCancel }: WaitingListProps) {
  const { queue } = useStudio();
  const move = (job: JobResource, position: number) => void queue.getState().move(job.job_id, { position });
  const { dragAndDropHooks } = useDragAndDrop({
    getItems: (keys) => [...keys].map((key) => ({ 'text/plain': String(key) })),
    onReorder({ keys, target }) {
      const [moved] = keys;
      const job = jobs.find(({ job_id }) => job_id === moved);
      if (!job || target.key === moved) return;
      const rest = jobs.filter(({ job_id }) => job_id !== moved);
      const at = rest.findIndex(({ job_id }) => job_id === target.key);
      if (at >= 0) move(job, target.dropPosition === 'after' ? at + 1 : at);
    },
  });
  return (
    <GridList
      aria-label={texts.jobs.waiting}
      className="rows"
      items={jobs}
      dependencies={[jobs]}
      dragAndDropHooks={dragAndDropHooks}
      keyboardNavigationBehavior="tab"
    >
      {(job) => {
        const place = jobs.indexOf(job);
        return (
          <GridListItem key={job.job_id} id={job.job_id} textValue={nameOf(job)} className="row row-waiting">
            <AriaButton slot="drag" className="row-handle" aria-label={texts.jobs.drag(nameOf(job))}>
              <GripVertical size={16} aria-hidden />
            </AriaButton>
            <JobName job={job} />
            <JobState job={job} place={place} />
            <JobWhen job={job} />
            <div className="row-actions">
              <IconButton icon={Square} label={`${texts.jobs.cancel}: ${nameOf(job)}`} onPress={() => onCancel(job)} />
              <MoreMenu
                label={`${texts.common.more}: ${nameOf(job)}`}
                entries={[
                  ...(place > 0
                    ? [
                        { id: 'first', label: texts.jobs.first, icon: ArrowUpToLine, run: () => move(job, 0) },
                        { id: 'up', label: texts.jobs.up, icon: ArrowUp, run: () => move(job, place - 1) },
                      ]
                    : []),
                  ...(place < jobs.length - 1
                    ? [{ id: 'down', label: texts.jobs.down, icon: ArrowDown, run: () => move(job, place + 1) }]
                    : []),
                ]}
              />
            </div>
          </GridListItem>
        );
      }}
    </GridList>
  );
}
