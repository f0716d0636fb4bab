import type { PhotoResource } from '../../../src-shared/api/photo-schemas.js';
import { UNDO_SECONDS } from '../../stores/delayed-removal.js';
import { useStudio } from '../../stores/use-studio.js';
import { texts } from '../../ui/texts.js';

/** What can be done with photos; everything can be taken back for a few seconds. */
export function usePhotoActions(photos: readonly PhotoResource[], canChange: boolean, onDone: () => void) {
  const { capture, notices } = useStudio();
  const tell = (text: string, undo: () => void) =>
    notices.getState().show({ kind: 'info', text, action: { label: texts.common.undo, run: undo } }, UNDO_SECONDS);

  const include = async (photoIds: readonly string[], included: boolean) => {
    const wished = new Set(photoIds);
    const changed = photos.filter((photo) => wished.has(photo.photo_id) && photo.included !== included);
    if (!canChange || changed.length === 0) return;
    const ids = changed.map(({ photo_id }) => photo_id);
    onDone();
    if (!(await capture.getState().setIncluded(ids, included))) return;
    const text = included ? texts.photos.takenIn(ids.length) : texts.photos.leftOutNotice(ids.length);
    tell(text, () => void capture.getState().setIncluded(ids, !included));
  };
  return {
    include: (photoIds: readonly string[], included: boolean) => void include(photoIds, included),
    /** Takes in what is out if all of them are out, else leaves them out. */
    toggle(photoIds: readonly string[]) {
      const wished = new Set(photoIds);
      void include(
        photoIds,
        photos.every((photo) => !wished.has(photo.photo_id) || !photo.included),
      );
    },
    remove(photoIds: readonly string[]) {
      if (!canChange || photoIds.length === 0) return;
      capture.getState().removePhotos(photoIds);
      onDone();
      tell(texts.photos.removed(photoIds.length), () => capture.getState().restorePhotos(photoIds));
    },
  };
}
