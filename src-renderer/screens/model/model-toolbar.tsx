import type { LucideIcon } from 'lucide-react';
import { Maximize, Rotate3d, Sun, SunDim, Video } from 'lucide-react';
import { ToggleButton, Tooltip, TooltipTrigger } from 'react-aria-components';
import { useStore } from 'zustand';
import { SURFACES } from '../../stores/model-view-store.js';
import { useStudio } from '../../stores/use-studio.js';
import { IconButton } from '../../ui/button.js';
import { Segments } from '../../ui/choice.js';
import { texts } from '../../ui/texts.js';

/** How the model is shown: its surface at the lower edge of the view, the rest at the right one. */
export function ModelToolbar({ hasCameras }: { readonly hasCameras: boolean }) {
  const { modelView } = useStudio();
  const surface = useStore(modelView, (state) => state.surface);
  const light = useStore(modelView, (state) => state.light);
  const showsCameras = useStore(modelView, (state) => state.showsCameras);
  const turns = useStore(modelView, (state) => state.turns);
  const { set, fit } = modelView.getState();
  const isFlat = light === 'flat';
  return (
    <>
      <div className="toolbar">
        <Segments
          label={texts.model.surface}
          value={surface}
          values={SURFACES.map((id) => ({ id, text: texts.model.surfaces[id] }))}
          onChange={(value) => set({ surface: value })}
        />
      </div>
      <div className="side-bar side-bar-right" role="toolbar" aria-label={texts.model.view} aria-orientation="vertical">
        <Toggle
          icon={isFlat ? SunDim : Sun}
          label={isFlat ? texts.model.lightFlat : texts.model.lightStudio}
          isOn={!isFlat}
          onChange={(isOn) => set({ light: isOn ? 'studio' : 'flat' })}
        />
        {hasCameras && (
          <Toggle
            icon={Video}
            label={texts.model.camerasHint}
            isOn={showsCameras}
            onChange={(isOn) => set({ showsCameras: isOn })}
          />
        )}
        <Toggle icon={Rotate3d} label={texts.model.turn} isOn={turns} onChange={(isOn) => set({ turns: isOn })} />
        <IconButton icon={Maximize} label={texts.model.fit} onPress={fit} />
      </div>
    </>
  );
}

interface ToggleProps {
  readonly icon: LucideIcon;
  readonly label: string;
  readonly isOn: boolean;
  readonly onChange: (isOn: boolean) => void;
}

function Toggle({ icon: Icon, label, isOn, onChange }: ToggleProps) {
  return (
    <TooltipTrigger delay={500}>
      <ToggleButton className="icon-button" aria-label={label} isSelected={isOn} onChange={onChange}>
        <Icon size={17} aria-hidden />
      </ToggleButton>
      <Tooltip className="tooltip" placement="left" offset={6}>
        {label}
      </Tooltip>
    </TooltipTrigger>
  );
}
