import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import { formatPercent } from '../../../src-shared/pipeline/figures-as-text.js';
import { useStudio } from '../../stores/use-studio.js';
import { Bar } from '../../ui/bar.js';
import { Button } from '../../ui/button.js';
import { texts } from '../../ui/texts.js';
import { EnginesDialog } from './engines-dialog.js';
import { overallProgress } from './pull-facts.js';

/** Below the choice of the engine: opens what there is to know about engines, and shows a download that runs. */
export function EnginesLink() {
  const { connection, pulls } = useStudio();
  const isAnyMissing = useStore(
    connection,
    (state) => state.capabilities?.engines.some(({ available }) => !available) ?? false,
  );
  const progress = useStore(pulls, (state) => overallProgress(Object.values(state.pulls)));
  const [isOpen, setOpen] = useState(false);
  useEffect(() => void pulls.getState().load(), [pulls]);
  return (
    <div className="engines-link">
      <Button kind="quiet" size="s" onPress={() => setOpen(true)}>
        {progress === undefined
          ? isAnyMissing
            ? texts.engines.get
            : texts.engines.about
          : texts.engines.downloadingShort(formatPercent(progress))}
      </Button>
      {progress !== undefined && (
        <Bar
          size="s"
          label={texts.engines.downloadingShort(formatPercent(progress))}
          fraction={progress || undefined}
        />
      )}
      <EnginesDialog isOpen={isOpen} onClose={() => setOpen(false)} />
    </div>
  );
}
