import { createStore } from 'zustand/vanilla';
import type { PhotoResource } from '../../src-shared/api/photo-schemas.js';
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
  readonly artifacts: readonly Artifact[] | undefined;
  readonly quality: QaReport | undefined;
  readonly problem: { readonly title: string; readonly hint: string; readonly code?: string } | undefined;
  readonly removedPhotos: ReadonlySet<string>;
  open(jobId: string): void;
  close(): void;
  /** Reads again what may have changed. */
  refresh(): void;
  loadPhotos(): Promise<void>;
  removePhotos(photoIds: readonly string[]): void;
  restorePhotos(photoIds: readonly string[]): void;
  /** Removes now what waits for its time. */
  settlePhotos(): Promise<void>;
}

const PHOTOS_DELAY_MS = 250;
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

  return createStore<CaptureState>()((set, get) => {
    const isOpen = (jobId: string) => get().jobId === jobId;

    const loadResults = async (jobId: string) => {
      const artifacts = await api.listArtifacts(jobId).catch(() => undefined);
      if (!artifacts || !isOpen(jobId)) return;
      set({ artifacts });
      if (!artifacts.some(({ name }) => name === 'qa.json')) return;
      const text = await api.blob(api.artifactPath(jobId, 'qa.json')).then(
        (blob) => blob.text(),
        () => undefined,
      );
      const parsed = text === undefined ? undefined : QaReportSchema.safeParse(JSON.parse(text));
      if (isOpen(jobId) && parsed?.success) set({ quality: parsed.data });
    };

    const load = async (jobId: string) => {
      try {
        const job = await api.readJob(jobId);
        if (!isOpen(jobId)) return;
        jobs.getState().put(job);
        set({ problem: undefined });
        void get().loadPhotos();
        if (hasEnded(job.status)) void loadResults(jobId);
        unfollow();
        unfollow = followJob(api, jobId, {
          onJob(news) {
            const before = jobs.getState().jobs.get(jobId)?.status;
            jobs.getState().put({ ...news, queue_position: news.queue_position ?? null });
            if (hasEnded(news.status) && before !== undefined && !hasEnded(before)) void loadResults(jobId);
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

    return {
      ...{ jobId: undefined, photos: undefined, artifacts: undefined, quality: undefined, problem: undefined },
      removedPhotos: new Set(),
      open(jobId) {
        if (isOpen(jobId)) return;
        get().close();
        set({ jobId, photos: undefined, artifacts: undefined, quality: undefined, problem: undefined });
        previews.getState().reset(jobId);
        void load(jobId);
      },
      close() {
        unfollow();
        unfollow = () => {};
        removal.finishAll();
        set({ jobId: undefined, removedPhotos: new Set() });
      },
      refresh() {
        const { jobId } = get();
        if (jobId !== undefined) void load(jobId);
      },
      async loadPhotos() {
        const { jobId } = get();
        if (jobId === undefined) return;
        clearTimeout(photosTimer);
        await new Promise((resolve) => {
          photosTimer = setTimeout(resolve, get().photos === undefined ? 0 : PHOTOS_DELAY_MS);
        });
        const photos = await api.listPhotos(jobId).catch(() => undefined);
        // They arrive in any order; people know them by their names.
        if (photos && isOpen(jobId)) set({ photos: photos.sort((a, b) => BY_NAME.compare(a.name, b.name)) });
      },
      removePhotos(photoIds) {
        const { jobId } = get();
        if (jobId === undefined) return;
        set(({ removedPhotos }) => ({ removedPhotos: new Set([...removedPhotos, ...photoIds]) }));
        for (const photoId of photoIds) {
          removal.schedule(photoId, () => {
            const task = api
              .removePhoto(jobId, photoId)
              .then(() => set(({ photos }) => ({ photos: photos?.filter((photo) => photo.photo_id !== photoId) })))
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

export type CaptureStore = ReturnType<typeof createCaptureStore>;
