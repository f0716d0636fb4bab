import { X } from 'lucide-react';
import { useStore } from 'zustand';
import { useStudio } from '../../../stores/use-studio.js';
import { IconButton } from '../../../ui/button.js';
import { editTexts } from '../../../ui/texts/edit-texts.js';
import type { EditFrame } from '../../../viewport/edit-frame.js';
import type { LoadedModel } from '../../../viewport/load-model.js';
import { CropFields } from './crop-fields.js';
import { MeasureFields } from './measure-fields.js';
import { TurnFields } from './turn-fields.js';

export interface EditFieldsProps {
  readonly model: LoadedModel;
  readonly frame: EditFrame;
}

/** The tool in use, in words and figures: all that can be dragged in the view can be typed here. */
export function EditPanel({ model, frame }: EditFieldsProps) {
  const { modelEdit } = useStudio();
  const tool = useStore(modelEdit, (state) => state.tool);
  if (!tool) return null;
  const { title, intro } = editTexts[tool];
  const Fields = { crop: CropFields, turn: TurnFields, measure: MeasureFields }[tool];
  return (
    <aside className="panel edit-panel" aria-label={title}>
      <header className="edit-head">
        <h2 className="panel-title">{title}</h2>
        <IconButton icon={X} label={editTexts.done} onPress={() => modelEdit.getState().use(undefined)} />
      </header>
      <p className="edit-intro">{intro}</p>
      <Fields model={model} frame={frame} />
    </aside>
  );
}
