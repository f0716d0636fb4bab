import { FolderOpen, ImagePlus, Images, Lock, X } from 'lucide-react';
import { useMemo, useState } from 'react';
import { DropZone, FileTrigger, Slider, SliderThumb, SliderTrack } from 'react-aria-components';
import { useStore } from 'zustand';
import type { JobResource } from '../../../src-shared/api/job-schemas.js';
import { hasEnded } from '../../../src-shared/job/job-state.js';
import { UNDO_SECONDS } from '../../stores/delayed-removal.js';
import { useStudio } from '../../stores/use-studio.js';
import { Button, IconButton } from '../../ui/button.js';
import { Message } from '../../ui/message.js';
import { droppedPhotos, PHOTO_TYPES, pickPhotos } from '../../ui/photo-files.js';
import { texts } from '../../ui/texts.js';
import { addToCapture } from '../start-capture.js';
import { OptionsPanel } from './options-panel.js';
import { flagPhotos } from './photo-flags.js';
import { PhotoGrid } from './photo-grid.js';
import { PhotoViewer } from './photo-viewer.js';
import { UploadStatus } from './upload-status.js';
import './photos.css';

const DEFAULT_MIN_PHOTOS = 12;

/** The photos of a capture, and what is to be made of them. */
export function PhotosScreen({ job }: { readonly job: JobResource }) {
  const studio = useStudio();
  const { capture, notices } = studio;
  const all = useStore(capture, (state) => state.photos);
  const removed = useStore(capture, (state) => state.removedPhotos);
  const quality = useStore(capture, (state) => state.quality);
  const minPhotos = useStore(studio.connection, (state) => state.capabilities?.limits.min_photos) ?? DEFAULT_MIN_PHOTOS;
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [opened, setOpened] = useState<string>();
  const [tileSize, setTileSize] = useState(168);
  const photos = useMemo(() => all?.filter(({ photo_id }) => !removed.has(photo_id)), [all, removed]);
  const flags = useMemo(() => flagPhotos(photos ?? [], job.warnings, quality), [photos, job.warnings, quality]);
  const isDraft = job.status === 'draft';
  const isEmpty = photos !== undefined && photos.length === 0;

  const remove = (photoIds: readonly string[]) => {
    if (!isDraft || photoIds.length === 0) return;
    capture.getState().removePhotos(photoIds);
    setSelected(new Set());
    setOpened(undefined);
    notices.getState().show(
      {
        ...{ kind: 'info', text: texts.photos.removed(photoIds.length) },
        action: { label: texts.common.undo, run: () => capture.getState().restorePhotos(photoIds) },
      },
      UNDO_SECONDS,
    );
  };

  return (
    <div className="photos">
      <DropZone
        className="photos-main"
        isDisabled={!isDraft}
        aria-label={texts.photos.add}
        onDrop={async ({ items }) => addToCapture(studio, job.job_id, await droppedPhotos(items))}
      >
        <div className="photos-bar">
          {selected.size > 0 ? (
            <>
              <strong className="photos-count">{texts.photos.selected(selected.size)}</strong>
              {isDraft && (
                <Button size="s" icon={X} onPress={() => remove([...selected])}>
                  {texts.photos.remove}
                </Button>
              )}
              <Button size="s" kind="quiet" onPress={() => setSelected(new Set())}>
                {texts.photos.clearSelection}
              </Button>
            </>
          ) : (
            <>
              <strong className="photos-count">{texts.photos.count(photos?.length ?? job.photo_count)}</strong>
              {isDraft ? <AddButtons jobId={job.job_id} /> : <LockedNote />}
            </>
          )}
          <Slider
            className="size-slider"
            aria-label={texts.photos.size}
            minValue={104}
            maxValue={320}
            step={8}
            value={tileSize}
            onChange={(value) => setTileSize(value as number)}
          >
            <SliderTrack className="slider-track">
              <SliderThumb className="slider-thumb" />
            </SliderTrack>
          </Slider>
        </div>
        <UploadStatus jobId={job.job_id} />
        {isEmpty ? (
          <Message icon={Images} title={texts.photos.empty} hint={texts.photos.emptyHint(minPhotos)} />
        ) : (
          <PhotoGrid
            jobId={job.job_id}
            photos={photos ?? []}
            flags={flags}
            tileSize={tileSize}
            selected={selected}
            onSelect={setSelected}
            onOpen={setOpened}
            onRemove={remove}
          />
        )}
        <div className="drop-cover" aria-hidden>
          {texts.photos.dropHere}
        </div>
      </DropZone>
      <OptionsPanel
        job={job}
        photoCount={photos?.length ?? job.photo_count}
        minPhotos={minPhotos}
        key={`${job.job_id} ${hasEnded(job.status)}`}
      />
      <PhotoViewer
        jobId={job.job_id}
        photos={photos ?? []}
        flags={flags}
        photoId={opened}
        onOpen={setOpened}
        onRemove={isDraft ? (photoId) => remove([photoId]) : undefined}
      />
    </div>
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
