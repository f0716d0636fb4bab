import { createStore } from 'zustand/vanilla';
import type { PhotoList, PhotoResource, RefusedPhoto } from '../../src-shared/api/photo-schemas.js';
import { hasEnded } from '../../src-shared/job/job-state.js';
import { type QaReport, QaReportSchema } from '../../src-shared/pipeline/qa-report.js';
import type { Artifact } from '../api/answers.js';
import type { AtlasApi } from '../api/atlas-api.js';
import { followJob } from '../api/follow-job.js';
import { DelayedRemoval } from './delayed-removal.js';
import type { JobsStore } from './jobs-store.js';
import { explain, noticeOf } from './notice-of.js';
import type { NoticesStore } from './notices-store.js';
import type { PreviewStore } from './preview-store.js';

/** What is known of the capture that is open, besides its job. */
export interface CaptureState {
  readonly jobId: string | undefined;
  readonly photos: readonly PhotoResource[] | undefined;
  /** Files that the service did not take. */
  readonly refused: readonly RefusedPhoto[];
  readonly artifacts: readonly Artifact[] | undefined;
  readonly quality: QaReport | undefined;
  readonly problem: { readonly title: string; readonly hint: string; readonly code?: string } | undefined;
  readonly removedPhotos: ReadonlySet<string>;
  open(jobId: string): void;
  close(): void;
  /** Reads again what may have changed. */
  refresh(): void;
  loadPhotos(): Promise<void>;
  /** Leaves photos out of the next run, or takes them in again. @returns whether the service did so */
  setIncluded(photoIds: readonly string[], included: boolean): Promise<boolean>;
  removePhotos(photoIds: readonly string[]): void;
  restorePhotos(photoIds: readonly string[]): void;
  /** Removes now what waits for its time. */
  settlePhotos(): Promise<void>;
}

const PHOTOS_DELAY_MS = 250;
/** Long lists are read less often: a thousand photos once a second. */
const DELAY_PER_PHOTO_MS = 1;
const BY_NAME = new Intl.Collator('en', { numeric: true });

/** Opens captures one at a time: reads them and follows the job while it lives. */
export function createCaptureStore(setup: {
  readonly api: AtlasApi;
  readonly jobs: JobsStore;
  readonly notices: NoticesStore;
  readonly previews: PreviewStore;
}) {
  const { api, jobs, notices, previews } = setup;
  const removal = new DelayedRemoval();
  const running = new Set<Promise<unknown>>();
  let unfollow = () => {};
  let photosTimer: ReturnType<typeof setTimeout> | undefined;
  let isReading = false;

  return createStore<CaptureState>()((set, get) => {
    const isOpen = (jobId: string) => get().jobId === jobId;

    /** Photos arrive in any order; people know them by their names. Those that stay as they are stay the same object. */
    const takePhotos = ({ photos, refused }: PhotoList) => {
      const known = new Map(get().photos?.map((photo) => [photo.photo_id, photo]));
      set({ photos: photos.map((photo) => sameOr(known.get(photo.photo_id), photo)).sort(byName), refused });
    };

    const readQuality = async (jobId: string): Promise<QaReport | undefined> => {
      try {
        const blob = await api.blob(api.artifactPath(jobId, 'qa.json'));
        return QaReportSchema.safeParse(JSON.parse(await blob.text())).data;
      } catch {
        return undefined;
      }
    };

    const loadResults = async (jobId: string) => {
      const artifacts = await api.listArtifacts(jobId).catch(() => undefined);
      if (!artifacts || !isOpen(jobId)) return;
      // The report comes with the list: what is shown is of one model.
      const quality = artifacts.some(({ name }) => name === 'qa.json') ? await readQuality(jobId) : undefined;
      if (isOpen(jobId)) set({ artifacts, quality });
    };

    const load = async (jobId: string) => {
      try {
        const job = await api.readJob(jobId);
        if (!isOpen(jobId)) return;
        jobs.getState().put(job);
        set({ problem: undefined });
        void get().loadPhotos();
        if (hasEnded(job.status) || job.artifacts_from !== null) void loadResults(jobId);
        unfollow();
        unfollow = followJob(api, jobId, {
          onJob(news) {
            jobs.getState().put({ ...news, queue_position: news.queue_position ?? null });
          },
          onPreview: (preview, eventId) => previews.getState().take(jobId, preview, eventId),
          onDeleted() {
            jobs.getState().forget(jobId);
          },
        });
      } catch (error) {
        if (isOpen(jobId)) set({ problem: explain(error) });
      }
    };

    // Whoever brings the news first: what has ended shows its results, what runs again is followed again.
    jobs.subscribe(({ jobs: now }, { jobs: before }) => {
      const { jobId } = get();
      if (jobId === undefined) return;
      const [old, job] = [before.get(jobId), now.get(jobId)];
      if (!old || !job || hasEnded(old.status) === hasEnded(job.status)) return;
      if (hasEnded(job.status)) void loadResults(jobId);
      else void load(jobId);
    });

    return {
      ...{
        jobId: undefined,
        photos: undefined,
        refused: [],
        artifacts: undefined,
        quality: undefined,
        problem: undefined,
      },
      removedPhotos: new Set(),
      open(jobId) {
        if (isOpen(jobId)) return;
        get().close();
        set({ jobId, photos: undefined, refused: [], artifacts: undefined, quality: undefined, problem: undefined });
        previews.getState().reset(jobId);
        void load(jobId);
      },
      close() {
        unfollow();
        unfollow = () => {};
        clearTimeout(photosTimer);
        photosTimer = undefined;
        removal.finishAll();
        set({ jobId: undefined, removedPhotos: new Set() });
      },
      refresh() {
        const { jobId } = get();
        if (jobId !== undefined) void load(jobId);
      },
      async loadPhotos() {
        const { jobId, photos } = get();
        // One reading at a time: what comes meanwhile is seen by the one that follows.
        if (jobId === undefined || (photosTimer !== undefined && !isReading)) return;
        clearTimeout(photosTimer);
        const delay = photos === undefined ? 0 : Math.max(PHOTOS_DELAY_MS, photos.length * DELAY_PER_PHOTO_MS);
        await new Promise<void>((resolve) => {
          photosTimer = setTimeout(resolve, delay);
        });
        isReading = true;
        const list = await api.listPhotos(jobId).catch(() => undefined);
        isReading = false;
        photosTimer = undefined;
        if (!list || !isOpen(jobId)) return;
        takePhotos(list);
        // The service looks at photos after they have come; while a job runs it does not.
        const status = jobs.getState().jobs.get(jobId)?.status;
        const isIdle = status === 'draft' || (status !== undefined && hasEnded(status));
        if (isIdle && list.photos.some(({ quality }) => quality === null)) void get().loadPhotos();
      },
      async setIncluded(photoIds, included) {
        const { jobId } = get();
        if (jobId === undefined || photoIds.length === 0) return false;
        const ids = new Set(photoIds);
        // Shown at once; what the service says then is the truth, as flags compare with the included ones.
        set(({ photos }) => ({
          photos: photos?.map((photo) => (ids.has(photo.photo_id) ? { ...photo, included } : photo)),
        }));
        try {
          const list = await api.setIncluded(jobId, photoIds, included);
          if (isOpen(jobId)) takePhotos(list);
          return true;
        } catch (error) {
          notices.getState().show(noticeOf(error));
          void get().loadPhotos();
          return false;
        }
      },
      removePhotos(photoIds) {
        const { jobId } = get();
        if (jobId === undefined) return;
        set(({ removedPhotos }) => ({ removedPhotos: new Set([...removedPhotos, ...photoIds]) }));
        for (const photoId of photoIds) {
          removal.schedule(photoId, () => {
            const task = api
              .removePhoto(jobId, photoId)
              .then(() =>
                set(({ photos, refused }) => ({
                  photos: photos?.filter((photo) => photo.photo_id !== photoId),
                  refused: refused.filter((file) => file.photo_id !== photoId),
                })),
              )
              .catch((error: unknown) => {
                get().restorePhotos([photoId]);
                notices.getState().show(noticeOf(error));
              })
              .finally(() => running.delete(task));
            running.add(task);
          });
        }
      },
      restorePhotos(photoIds) {
        for (const photoId of photoIds) removal.cancel(photoId);
        set(({ removedPhotos }) => ({
          removedPhotos: new Set([...removedPhotos].filter((photoId) => !photoIds.includes(photoId))),
        }));
      },
      async settlePhotos() {
        removal.finishAll();
        await Promise.all(running);
      },
    };
  });
}

const byName = (a: PhotoResource, b: PhotoResource) => BY_NAME.compare(a.name, b.name);

/** Tiles of unchanged photos are not drawn again. */
const sameOr = (known: PhotoResource | undefined, photo: PhotoResource): PhotoResource =>
  known && JSON.stringify(known) === JSON.stringify(photo) ? known : photo;

export type CaptureStore = ReturnType<typeof createCaptureStore>;
