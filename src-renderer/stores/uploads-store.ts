import { createStore } from 'zustand/vanilla';
import type { AtlasApi } from '../api/atlas-api.js';
import type { UploadResult } from '../api/upload-photo.js';
import type { LaterPhoto } from '../ui/photo-files.js';
import { explain } from './notice-of.js';

/** A photo on its way to a draft. */
export interface PhotoUpload {
  readonly id: number;
  readonly jobId: string;
  readonly name: string;
  readonly bytes: number;
  readonly state: 'waiting' | 'sending' | 'done' | 'duplicate' | 'failed';
  /** 0..1 */
  readonly fraction: number;
  readonly problem?: { readonly title: string; readonly hint: string; readonly code?: string } | undefined;
}

export interface UploadsState {
  readonly uploads: readonly PhotoUpload[];
  /** @param present photos that the draft has: those of the same name and size are not sent again */
  add(jobId: string, files: readonly (File | LaterPhoto)[], present: readonly { name: string; bytes: number }[]): void;
  retry(id: number): void;
  /** Takes ended ones, and those that failed, off the list. */
  clear(jobId: string): void;
  /** Stops what is under way for a job. */
  abort(jobId: string): void;
}

/** Together they fill a line; more would only make each slower. */
const PARALLEL = 3;
/** Progress is drawn at most so often. */
const PROGRESS_MS = 100;

type Send = (
  api: AtlasApi,
  jobId: string,
  file: File,
  how: { readonly signal: AbortSignal; readonly onProgress: (fraction: number) => void },
) => Promise<UploadResult>;

/** The upload protocol is fetched with the first photo. */
const sendPhoto: Send = async (...given) => (await import('../api/upload-photo.js')).uploadPhoto(...given);

/** @param onStored told when a photo has arrived @param send replaced in tests */
export function createUploadsStore(api: AtlasApi, onStored: (jobId: string) => void, send: Send = sendPhoto) {
  const files = new Map<number, File | LaterPhoto>();
  const aborts = new Map<number, AbortController>();
  let lastId = 0;
  return createStore<UploadsState>()((set, get) => {
    const update = (id: number, change: Partial<PhotoUpload>) =>
      set(({ uploads }) => ({
        uploads: uploads.map((upload) => (upload.id === id ? { ...upload, ...change } : upload)),
      }));

    const pump = (): void => {
      for (const upload of get().uploads) {
        if (aborts.size >= PARALLEL) return;
        if (upload.state === 'waiting') void start(upload);
      }
    };

    const start = async ({ id, jobId }: PhotoUpload): Promise<void> => {
      const source = files.get(id);
      if (!source) return;
      const abort = new AbortController();
      aborts.set(id, abort);
      update(id, { state: 'sending', fraction: 0 });
      let lastShown = 0;
      try {
        const file = source instanceof File ? source : await source.open();
        const { isDuplicate } = await send(api, jobId, file, {
          signal: abort.signal,
          onProgress(fraction) {
            const now = performance.now();
            if (now - lastShown < PROGRESS_MS) return;
            lastShown = now;
            update(id, { fraction });
          },
        });
        files.delete(id);
        update(id, { state: isDuplicate ? 'duplicate' : 'done', fraction: 1 });
        onStored(jobId);
      } catch (error) {
        if (abort.signal.aborted) return;
        update(id, { state: 'failed', problem: explain(error) });
        // The service may have kept it in mind as refused.
        onStored(jobId);
      } finally {
        aborts.delete(id);
        pump();
      }
    };

    return {
      uploads: [],
      add(jobId, added, present) {
        const known = new Set(present.map(({ name, bytes }) => `${bytes} ${name}`));
        const fresh = added.map((file): PhotoUpload => {
          const id = ++lastId;
          const isThere = known.has(`${file.size} ${file.name}`);
          if (!isThere) files.set(id, file);
          return {
            ...{ id, jobId, name: file.name, bytes: file.size },
            ...(isThere ? { state: 'duplicate', fraction: 1 } : { state: 'waiting', fraction: 0 }),
          };
        });
        set(({ uploads }) => ({ uploads: [...uploads, ...fresh] }));
        pump();
      },
      retry(id) {
        if (!files.has(id)) return;
        update(id, { state: 'waiting', fraction: 0, problem: undefined });
        pump();
      },
      clear(jobId) {
        const isKept = ({ state }: PhotoUpload) => state === 'waiting' || state === 'sending';
        set(({ uploads }) => ({ uploads: uploads.filter((upload) => upload.jobId !== jobId || isKept(upload)) }));
      },
      abort(jobId) {
        for (const { id, jobId: owner } of get().uploads) if (owner === jobId) aborts.get(id)?.abort();
        set(({ uploads }) => ({ uploads: uploads.filter((upload) => upload.jobId !== jobId) }));
      },
    };
  });
}

export type UploadsStore = ReturnType<typeof createUploadsStore>;

/** How far the photos of a job are. */
export function uploadTotals(uploads: readonly PhotoUpload[], jobId: string) {
  const own = uploads.filter((upload) => upload.jobId === jobId);
  const open = own.filter(({ state }) => state === 'waiting' || state === 'sending');
  const bytes = own.reduce((sum, upload) => sum + upload.bytes, 0);
  const sent = own.reduce(
    (sum, { bytes: size, fraction, state }) => sum + (state === 'failed' ? size : size * fraction),
    0,
  );
  return { count: own.length, open: open.length, fraction: bytes === 0 ? 1 : sent / bytes };
}
