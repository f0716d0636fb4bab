import { Crop, type LucideIcon, MoveVertical, Redo2, Ruler, Undo2 } from 'lucide-react';
import { ToggleButton, Tooltip, TooltipTrigger } from 'react-aria-components';
import { useStore } from 'zustand';
import { EDIT_TOOLS, type EditTool } from '../../../stores/model-edit-store.js';
import { useStudio } from '../../../stores/use-studio.js';
import { IconButton } from '../../../ui/button.js';
import { editTexts } from '../../../ui/texts/edit-texts.js';

const ICONS: Readonly<Record<EditTool, LucideIcon>> = { crop: Crop, turn: MoveVertical, measure: Ruler };

/** The tools to edit the model: along the left edge of the view. */
export function EditTools({ onUse }: { readonly onUse: (tool: EditTool | undefined) => void }) {
  const { modelEdit } = useStudio();
  const tool = useStore(modelEdit, (state) => state.tool);
  const canUndo = useStore(modelEdit, (state) => state.past.length > 0);
  const canRedo = useStore(modelEdit, (state) => state.future.length > 0);
  const { undo, redo } = modelEdit.getState();
  return (
    <div className="side-bar side-bar-left" role="toolbar" aria-label={editTexts.tools} aria-orientation="vertical">
      {EDIT_TOOLS.map((id) => {
        const Icon = ICONS[id];
        return (
          <TooltipTrigger key={id} delay={400}>
            <ToggleButton
              className="icon-button"
              aria-label={editTexts.tool[id]}
              isSelected={tool === id}
              onChange={(isOn) => onUse(isOn ? id : undefined)}
            >
              <Icon size={17} aria-hidden />
            </ToggleButton>
            <Tooltip className="tooltip" placement="right" offset={6}>
              {editTexts.tool[id]}
            </Tooltip>
          </TooltipTrigger>
        );
      })}
      <span className="side-bar-line" aria-hidden />
      <IconButton icon={Undo2} label={editTexts.undo} isDisabled={!canUndo} onPress={undo} />
      <IconButton icon={Redo2} label={editTexts.redo} isDisabled={!canRedo} onPress={redo} />
    </div>
  );
}
