import { useStore } from 'zustand';
import { useShallow } from 'zustand/react/shallow';
import { type PhotoUpload, uploadTotals } from '../../stores/uploads-store.js';
import { useStudio } from '../../stores/use-studio.js';
import { Bar } from '../../ui/bar.js';
import { Button } from '../../ui/button.js';
import { texts } from '../../ui/texts.js';

/** Files that the service refused are shown among the photos, with the reason; the rest can be sent again. */
const isToTell = ({ state, problem }: PhotoUpload) => state === 'failed' && !(problem?.code ?? '').startsWith('PHOTO_');

/** How far the photos are on their way, and which did not arrive. */
export function UploadStatus({ jobId }: { readonly jobId: string }) {
  const { uploads, capture, jobs } = useStudio();
  const totals = useStore(
    uploads,
    useShallow((state) => uploadTotals(state.uploads, jobId)),
  );
  const failed = useStore(
    uploads,
    useShallow((state) => state.uploads.filter((upload) => upload.jobId === jobId && isToTell(upload))),
  );
  const duplicates = useStore(
    uploads,
    (state) => state.uploads.filter((upload) => upload.jobId === jobId && upload.state === 'duplicate').length,
  );
  const looking = useStore(capture, (state) => state.photos?.filter(({ quality }) => quality === null).length ?? 0);
  const isDraft = useStore(jobs, (state) => state.jobs.get(jobId)?.status === 'draft');
  const { clear, retry } = uploads.getState();
  const isOpen = totals.open > 0;
  const isLooking = isDraft && looking > 0;
  if (!isOpen && !isLooking && failed.length === 0 && duplicates === 0) return null;
  return (
    <div className="upload-status">
      {isOpen && (
        <div className="upload-progress">
          <span>{texts.photos.uploading(totals.open, totals.count)}</span>
          <Bar size="s" label={texts.photos.uploading(totals.open, totals.count)} fraction={totals.fraction} />
        </div>
      )}
      {!isOpen && isLooking && <p className="upload-looking">{texts.photos.looking(looking)}</p>}
      {failed.length > 0 && (
        <div className="upload-problems" role="alert">
          <div className="upload-problems-head">
            <strong>{texts.photos.problems(failed.length)}</strong>
            <Button size="s" kind="quiet" onPress={() => failed.forEach(({ id }) => void retry(id))}>
              {texts.photos.tryAgain}
            </Button>
            <Button size="s" kind="quiet" onPress={() => clear(jobId)}>
              {texts.photos.dismiss}
            </Button>
          </div>
          <ul>
            {failed.map(({ id, name, problem }) => (
              <li key={id}>
                <span className="upload-name">{name}</span> {problem?.title} {problem?.hint}
              </li>
            ))}
          </ul>
        </div>
      )}
      {!isOpen && failed.length === 0 && duplicates > 0 && (
        <div className="upload-note">
          <span>{texts.photos.duplicates(duplicates)}</span>
          <Button size="s" kind="quiet" onPress={() => clear(jobId)}>
            {texts.photos.dismiss}
          </Button>
        </div>
      )}
    </div>
  );
}
