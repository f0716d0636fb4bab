import { Eye, EyeOff, FolderOpen, ImagePlus, Lock, Trash2 } from 'lucide-react';
import { FileTrigger, Slider, SliderThumb, SliderTrack } from 'react-aria-components';
import { useStudio } from '../../stores/use-studio.js';
import { Button, IconButton } from '../../ui/button.js';
import { PHOTO_TYPES, pickPhotos } from '../../ui/photo-files.js';
import { texts } from '../../ui/texts.js';
import { addToCapture } from '../start-capture.js';

interface PhotosBarProps {
  readonly jobId: string;
  /** Photos that a run would use. */
  readonly usedCount: number;
  readonly photoCount: number;
  /** Of which some are left out, so that they can be taken in again. */
  readonly selection: { readonly ids: readonly string[]; readonly areAllOut: boolean };
  readonly isDraft: boolean;
  readonly canChange: boolean;
  readonly tileSize: number;
  readonly onTileSize: (size: number) => void;
  readonly onInclude: (photoIds: readonly string[], included: boolean) => void;
  readonly onRemove: (photoIds: readonly string[]) => void;
  readonly onClear: () => void;
}

/** Above the grid: how many photos, more of them, what to do with those that are selected, how large they are shown. */
export function PhotosBar(props: PhotosBarProps) {
  const { selection, usedCount, photoCount, isDraft, canChange, tileSize, onTileSize } = props;
  return (
    <div className="photos-bar">
      {selection.ids.length > 0 ? (
        <SelectionActions {...props} />
      ) : (
        <>
          <strong className="photos-count">{texts.photos.count(usedCount, photoCount)}</strong>
          {isDraft ? <AddButtons jobId={props.jobId} /> : !canChange && <LockedNote />}
        </>
      )}
      <Slider
        className="size-slider"
        aria-label={texts.photos.size}
        minValue={104}
        maxValue={320}
        step={8}
        value={tileSize}
        onChange={(value) => onTileSize(value as number)}
      >
        <SliderTrack className="slider-track">
          <SliderThumb className="slider-thumb" />
        </SliderTrack>
      </Slider>
    </div>
  );
}

function SelectionActions({ selection: { ids, areAllOut }, isDraft, canChange, ...on }: PhotosBarProps) {
  return (
    <>
      <strong className="photos-count">{texts.photos.selected(ids.length)}</strong>
      {canChange && (
        <Button size="s" icon={areAllOut ? Eye : EyeOff} onPress={() => on.onInclude(ids, areAllOut)}>
          {areAllOut ? texts.photos.takeIn : texts.photos.leaveOut}
        </Button>
      )}
      {isDraft && (
        <Button size="s" icon={Trash2} onPress={() => on.onRemove(ids)}>
          {texts.photos.remove}
        </Button>
      )}
      <Button size="s" kind="quiet" onPress={on.onClear}>
        {texts.photos.clearSelection}
      </Button>
    </>
  );
}

function AddButtons({ jobId }: { readonly jobId: string }) {
  const studio = useStudio();
  const onSelect = (list: FileList | null) => list && addToCapture(studio, jobId, pickPhotos([...list]));
  return (
    <>
      <FileTrigger allowsMultiple acceptedFileTypes={PHOTO_TYPES} onSelect={onSelect}>
        <Button size="s" icon={ImagePlus}>
          {texts.photos.add}
        </Button>
      </FileTrigger>
      <FileTrigger acceptDirectory onSelect={onSelect}>
        <IconButton icon={FolderOpen} label={texts.photos.addFolder} />
      </FileTrigger>
    </>
  );
}

function LockedNote() {
  return (
    <span className="locked-note" title={texts.photos.locked}>
      <Lock size={13} aria-hidden />
      <span className="visually-hidden">{texts.photos.locked}</span>
    </span>
  );
}
