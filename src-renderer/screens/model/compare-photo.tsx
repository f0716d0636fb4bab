import { ChevronLeft, ChevronRight, X } from 'lucide-react';
import { Slider, SliderThumb, SliderTrack } from 'react-aria-components';
import { useStore } from 'zustand';
import { useStudio } from '../../stores/use-studio.js';
import { IconButton } from '../../ui/button.js';
import { Picture } from '../../ui/picture.js';
import { texts } from '../../ui/texts.js';
import type { ModelCamera } from '../../viewport/model-camera.js';

interface ComparePhotoProps {
  readonly jobId: string;
  readonly camera: ModelCamera;
  readonly count: number;
}

const PHOTO_PX = 2048;

/** The photo over the model as its camera sees it, with a slider between the two. */
export function ComparePhoto({ jobId, camera, count }: ComparePhotoProps) {
  const { api, capture, modelView } = useStudio();
  const photoId = useStore(capture, (state) => state.photos?.find(({ name }) => name === camera.name)?.photo_id);
  const split = useStore(modelView, (state) => state.split);
  const { set } = modelView.getState();
  const go = (step: number) => set({ camera: ((modelView.getState().camera ?? 0) + step + count) % count });
  return (
    <>
      <div className="compare-photo" style={{ clipPath: `inset(0 ${(1 - split) * 100}% 0 0)` }}>
        {photoId !== undefined && (
          <Picture path={api.thumbnailPath(jobId, photoId, PHOTO_PX)} alt={camera.name} fit="contain" />
        )}
      </div>
      <Slider
        className="compare-slider"
        aria-label={texts.model.compareSlider}
        minValue={0}
        maxValue={1}
        step={0.01}
        value={split}
        onChange={(value) => set({ split: value as number })}
      >
        <SliderTrack className="compare-track">
          <SliderThumb className="compare-thumb" />
        </SliderTrack>
      </Slider>
      <div className="toolbar">
        <IconButton icon={ChevronLeft} label={texts.model.previousCamera} onPress={() => go(-1)} />
        <span className="compare-name">
          <span>{texts.model.photo}</span>
          <strong>{camera.name}</strong>
          <span>{texts.model.render}</span>
        </span>
        <IconButton icon={ChevronRight} label={texts.model.nextCamera} onPress={() => go(1)} />
        <span className="toolbar-line" aria-hidden />
        <IconButton icon={X} label={texts.model.compareClose} onPress={() => set({ camera: undefined })} />
      </div>
    </>
  );
}
