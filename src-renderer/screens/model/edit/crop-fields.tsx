import { Box, Scan } from 'lucide-react';
import { useDeferredValue, useMemo } from 'react';
import { useStore } from 'zustand';
import type { CropBox } from '../../../../src-shared/pipeline/edit-options.js';
import { formatPercent } from '../../../../src-shared/pipeline/figures-as-text.js';
import { useStudio } from '../../../stores/use-studio.js';
import { Button } from '../../../ui/button.js';
import { NumberField } from '../../../ui/number-field.js';
import { editTexts } from '../../../ui/texts/edit-texts.js';
import { boxAngles, cropPlanes, MIN_SIDE, rotationOfAngles } from '../../../viewport/edit-frame.js';
import { objectBox, wholeBox } from '../../../viewport/start-box.js';
import { keptShare } from '../../../viewport/surface-facts.js';
import type { EditFieldsProps } from './edit-panel.js';

const { crop: words } = editTexts;
const AXES = [0, 1, 2] as const;

/** The crop box in figures, in the unit of the model that is shown. */
export function CropFields({ model, frame }: EditFieldsProps) {
  const { modelEdit } = useStudio();
  const chosen = useStore(modelEdit, (state) => state.wanted.crop);
  const startBox = useMemo(() => wholeBox(model, frame), [model, frame]);
  const box = chosen ?? startBox;
  const applied = useStore(modelEdit, (state) => state.applied.crop);
  const { change } = modelEdit.getState();
  const unit = frame.glbPerAutomatic;
  const put = (part: Partial<CropBox>) => change({ crop: { ...box, ...part } });
  const replaced = (values: readonly number[], axis: number, value: number) =>
    values.map((old, i) => (i === axis ? value : old));
  return (
    <>
      <div className="edit-buttons">
        <Button size="s" icon={Scan} onPress={() => change({ crop: objectBox(model, frame) })}>
          {words.object}
        </Button>
        <Button
          size="s"
          icon={Box}
          isDisabled={!chosen}
          onPress={() => {
            change({ crop: undefined });
            modelEdit.getState().use(undefined);
          }}
        >
          {words.whole}
        </Button>
      </div>
      <fieldset className="edit-fields">
        <legend>{words.size}</legend>
        {AXES.map((axis) => (
          <NumberField
            key={axis}
            label={words.axes[axis]}
            value={(box.size[axis] ?? 0) * unit}
            onChange={(value) => put({ size: replaced(box.size, axis, Math.max(MIN_SIDE, value / unit)) })}
          />
        ))}
      </fieldset>
      <fieldset className="edit-fields">
        <legend>{words.center}</legend>
        {AXES.map((axis) => (
          <NumberField
            key={axis}
            label={words.position[axis]}
            value={(box.center[axis] ?? 0) * unit}
            onChange={(value) => put({ center: replaced(box.center, axis, value / unit) })}
          />
        ))}
      </fieldset>
      <fieldset className="edit-fields">
        <legend>{words.angles}</legend>
        {AXES.map((axis) => (
          <NumberField
            key={axis}
            label={words.position[axis]}
            value={boxAngles(box)[axis]}
            step={1}
            digits={1}
            onChange={(value) => {
              const angles = boxAngles(box);
              angles[axis] = value;
              put({ rotation: rotationOfAngles(angles) });
            }}
          />
        ))}
      </fieldset>
      <Kept model={model} frame={frame} box={box} />
      {applied && <p className="edit-note">{words.gone}</p>}
    </>
  );
}

function Kept({ model, frame, box }: EditFieldsProps & { readonly box: CropBox }) {
  const settled = useDeferredValue(box);
  const share = useMemo(
    () => keptShare(model.geometry, cropPlanes(settled, frame.glbFromAutomatic)),
    [model, frame, settled],
  );
  return <p className="edit-note">{share === 0 ? words.nothing : words.count(formatPercent(share))}</p>;
}
