import { Images, ListFilter } from 'lucide-react';
import { useMemo, useState } from 'react';
import { DropZone } from 'react-aria-components';
import { useStore } from 'zustand';
import type { JobResource } from '../../../src-shared/api/job-schemas.js';
import { hasEnded } from '../../../src-shared/job/job-state.js';
import { useStudio } from '../../stores/use-studio.js';
import { Message } from '../../ui/message.js';
import { droppedPhotos } from '../../ui/photo-files.js';
import { texts } from '../../ui/texts.js';
import { addToCapture } from '../start-capture.js';
import { FilterBar } from './filter-bar.js';
import { OptionsPanel } from './options-panel.js';
import { flagPhotos, isSmall } from './photo-flags.js';
import { PhotoGrid } from './photo-grid.js';
import { gridItems, isInGroup, type PhotoFilter } from './photo-groups.js';
import { PhotoViewer } from './photo-viewer.js';
import { PhotosBar } from './photos-bar.js';
import { UploadStatus } from './upload-status.js';
import { usePhotoActions } from './use-photo-actions.js';
import './photos.css';
import './viewer.css';

const DEFAULT_MIN_PHOTOS = 12;

/** The photos of a capture, and what is to be made of them. */
export function PhotosScreen({ job }: { readonly job: JobResource }) {
  const studio = useStudio();
  const { capture } = studio;
  const all = useStore(capture, (state) => state.photos);
  const allRefused = useStore(capture, (state) => state.refused);
  const removed = useStore(capture, (state) => state.removedPhotos);
  const report = useStore(capture, (state) => state.quality);
  const minPhotos = useStore(studio.connection, (state) => state.capabilities?.limits.min_photos) ?? DEFAULT_MIN_PHOTOS;
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [opened, setOpened] = useState<string>();
  const [tileSize, setTileSize] = useState(168);
  const [wished, setFilter] = useState<PhotoFilter>('all');
  const isDraft = job.status === 'draft';
  const canChange = (isDraft || hasEnded(job.status)) && job.expired_at === null;

  const photos = useMemo(() => all?.filter(({ photo_id }) => !removed.has(photo_id)), [all, removed]);
  const flags = useMemo(() => flagPhotos(photos ?? [], job.warnings, report), [photos, job.warnings, report]);
  const items = useMemo(
    () =>
      gridItems(
        photos ?? [],
        allRefused.filter(({ photo_id }) => !removed.has(photo_id)),
        flags,
      ),
    [photos, allRefused, removed, flags],
  );
  // A group that has become empty is left by itself.
  const filter = items.some((item) => isInGroup(item, wished)) ? wished : 'all';
  const shown = useMemo(() => items.filter((item) => isInGroup(item, filter)), [items, filter]);
  const shownPhotos = useMemo(() => shown.flatMap((item) => ('photo' in item ? [item.photo] : [])), [shown]);
  const selection = useMemo(() => {
    const chosen = photos?.filter(({ photo_id }) => selected.has(photo_id)) ?? [];
    return { ids: chosen.map(({ photo_id }) => photo_id), areAllOut: chosen.every(({ included }) => !included) };
  }, [photos, selected]);
  const used = photos?.filter(({ included, quality }) => included && quality?.usable !== false) ?? [];
  const { include, toggle, remove } = usePhotoActions(photos ?? [], canChange, () => setSelected(new Set()));

  return (
    <div className="photos">
      <DropZone
        className="photos-main"
        isDisabled={!isDraft}
        aria-label={texts.photos.add}
        onDrop={async ({ items: dropped }) => addToCapture(studio, job.job_id, await droppedPhotos(dropped))}
      >
        <PhotosBar
          jobId={job.job_id}
          usedCount={photos ? used.length : job.photo_count}
          photoCount={photos?.length ?? job.photo_count}
          {...{ selection, isDraft, canChange, tileSize }}
          onTileSize={setTileSize}
          onInclude={include}
          onRemove={remove}
          onClear={() => setSelected(new Set())}
        />
        <UploadStatus jobId={job.job_id} />
        <FilterBar {...{ items, filter, canChange }} onFilter={setFilter} onInclude={include} />
        {photos !== undefined && items.length === 0 ? (
          <Message icon={Images} title={texts.photos.empty} hint={texts.photos.emptyHint(minPhotos)} />
        ) : photos !== undefined && shown.length === 0 ? (
          <Message icon={ListFilter} title={texts.photos.nothingHere} hint={texts.photos.nothingHereHint} />
        ) : (
          <PhotoGrid
            jobId={job.job_id}
            items={shown}
            {...{ tileSize, selected, canChange }}
            onSelect={setSelected}
            onOpen={setOpened}
            onInclude={toggle}
            onDismiss={(photoId) => remove([photoId])}
          />
        )}
        <div className="drop-cover" aria-hidden>
          {texts.photos.dropHere}
        </div>
      </DropZone>
      <OptionsPanel
        job={job}
        photoCount={photos ? used.length : job.photo_count}
        flaggedCount={items.filter((item) => isInGroup(item, 'flagged')).length}
        areSmall={2 * used.filter(isSmall).length > used.length}
        minPhotos={minPhotos}
        key={`${job.job_id} ${hasEnded(job.status)}`}
      />
      <PhotoViewer
        jobId={job.job_id}
        photos={shownPhotos}
        {...{ flags, canChange, photoId: opened }}
        onOpen={setOpened}
        onInclude={toggle}
      />
    </div>
  );
}
