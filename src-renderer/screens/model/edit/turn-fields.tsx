import { ArrowDown, ArrowUp, type LucideIcon, MousePointerClick, Redo, RotateCcw, RotateCw, Undo } from 'lucide-react';
import { useState } from 'react';
import { useStore } from 'zustand';
import { useStudio } from '../../../stores/use-studio.js';
import { Button } from '../../../ui/button.js';
import { Segments } from '../../../ui/choice.js';
import { editTexts } from '../../../ui/texts/edit-texts.js';
import { turnedAbout } from '../../../viewport/edit-frame.js';

const { turn: words } = editTexts;

type Step = '90' | '15' | '1';

const MOVES: readonly {
  readonly label: string;
  readonly icon: LucideIcon;
  readonly axis: 'x' | 'y' | 'z';
  readonly sign: 1 | -1;
}[] = [
  { label: words.forward, icon: ArrowDown, axis: 'x', sign: 1 },
  { label: words.backward, icon: ArrowUp, axis: 'x', sign: -1 },
  { label: words.left, icon: Undo, axis: 'y', sign: 1 },
  { label: words.right, icon: Redo, axis: 'y', sign: -1 },
  { label: words.rollLeft, icon: RotateCcw, axis: 'z', sign: 1 },
  { label: words.rollRight, icon: RotateCw, axis: 'z', sign: -1 },
];

/** Turning in steps, and by saying what is up. */
export function TurnFields() {
  const { modelEdit } = useStudio();
  const [step, setStep] = useState<Step>('90');
  const picksUp = useStore(modelEdit, (state) => state.picksUp);
  const turn = useStore(modelEdit, (state) => state.wanted.turn);
  const { change, setPicksUp } = modelEdit.getState();
  return (
    <>
      <Button icon={MousePointerClick} kind={picksUp ? 'primary' : 'normal'} onPress={() => setPicksUp(!picksUp)}>
        {picksUp ? words.picking : words.pick}
      </Button>
      <div>
        <span className="field-label">{words.step}</span>
        <Segments
          label={words.step}
          value={step}
          values={(['90', '15', '1'] as const).map((id) => ({ id, text: words.steps[id] }))}
          onChange={setStep}
        />
      </div>
      <div className="turn-moves">
        {MOVES.map(({ label, icon, axis, sign }) => (
          <Button
            key={label}
            size="s"
            icon={icon}
            onPress={() => change({ turn: turnedAbout(modelEdit.getState().wanted.turn, axis, sign * Number(step)) })}
          >
            {label}
          </Button>
        ))}
      </div>
      <Button size="s" kind="quiet" isDisabled={!turn} onPress={() => change({ turn: undefined })}>
        {words.reset}
      </Button>
    </>
  );
}
