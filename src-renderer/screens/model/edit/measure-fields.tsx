import { Ruler } from 'lucide-react';
import { useState } from 'react';
import { useStore } from 'zustand';
import { useStudio } from '../../../stores/use-studio.js';
import { Button } from '../../../ui/button.js';
import { Choice } from '../../../ui/choice.js';
import { NumberField } from '../../../ui/number-field.js';
import { editTexts } from '../../../ui/texts/edit-texts.js';
import { scaleOfLength } from '../../../viewport/edit-frame.js';
import { lengthText } from '../../../viewport/length-text.js';
import type { EditFieldsProps } from './edit-panel.js';

const { measure: words } = editTexts;

const METRES = { m: 1, cm: 0.01, mm: 0.001, in: 0.0254 } as const;
type Unit = keyof typeof METRES;
const UNITS = Object.keys(METRES) as Unit[];
type What = 'between' | 'x' | 'y' | 'z';

/** A measured length and what it really is: gives the model its size. */
export function MeasureFields({ model, frame }: EditFieldsProps) {
  const { modelEdit } = useStudio();
  const measured = useStore(modelEdit, (state) => state.measured);
  const scale = useStore(modelEdit, (state) => state.wanted.scale);
  const [what, setWhat] = useState<What>('between');
  const [unit, setUnit] = useState<Unit>('cm');
  const [real, setReal] = useState(Number.NaN);
  const { change, forgetMeasured } = modelEdit.getState();
  const [a, b] = measured;
  const between = a && b ? Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]) : undefined;
  const length = what === 'between' ? between : model.size[what] / frame.glbPerAutomatic;
  const canSet = length !== undefined && length > 0 && real > 0;
  return (
    <>
      <Choice
        label={words.what}
        value={what}
        values={[
          { id: 'between' as What, text: words.between },
          ...(['x', 'y', 'z'] as const).map((id) => ({ id: id as What, text: words.extents[id] })),
        ]}
        onChange={setWhat}
      />
      {what === 'between' && between === undefined ? (
        <p className="edit-step">
          <Ruler size={16} aria-hidden /> {measured.length === 0 ? words.first : words.second}
        </p>
      ) : (
        <dl className="facts">
          <div className="fact">
            <dt>{words.length}</dt>
            <dd>{lengthText(frame, length ?? 0, scale)}</dd>
          </div>
        </dl>
      )}
      <div className="measure-real">
        <NumberField label={words.real} value={real} minValue={0} digits={4} onChange={setReal} />
        <Choice
          label={words.unit}
          value={unit}
          values={UNITS.map((id) => ({ id, text: words.units[id] }))}
          onChange={setUnit}
        />
      </div>
      <Button
        kind="primary"
        isDisabled={!canSet}
        onPress={() => length && change({ scale: scaleOfLength(frame, length, real * METRES[unit]) })}
      >
        {words.set}
      </Button>
      <div className="edit-buttons">
        <Button size="s" kind="quiet" isDisabled={measured.length === 0} onPress={forgetMeasured}>
          {words.clear}
        </Button>
        <Button size="s" kind="quiet" isDisabled={scale === undefined} onPress={() => change({ scale: undefined })}>
          {words.forget}
        </Button>
      </div>
    </>
  );
}
