import { DetailedError, Upload } from 'tus-js-client';
import type { AtlasApi } from './atlas-api.js';
import { problemFrom, UnreachableError } from './problem-error.js';

export interface UploadResult {
  /** The draft had these bytes before: nothing was added. */
  readonly isDuplicate: boolean;
}

const RETRY_MS = [500, 1500, 3000, 5000, 10_000, 15_000, 30_000];

/**
 * Sends one photo to a draft by the resumable protocol (tus): a connection that breaks continues where it stopped.
 *
 * @param onProgress share of the file that is sent, 0..1
 * @throws ProblemError when the service refuses the photo; UnreachableError; the signal's reason
 */
export function uploadPhoto(
  api: AtlasApi,
  jobId: string,
  file: File,
  { signal, onProgress }: { readonly signal: AbortSignal; readonly onProgress: (fraction: number) => void },
): Promise<UploadResult> {
  return new Promise((resolve, reject) => {
    let isDuplicate = false;
    const upload = new Upload(file, {
      endpoint: api.uploadsUrl(),
      headers: api.http.headers(),
      metadata: { job_id: jobId, filename: file.name },
      // Creating and sending in one request is answered with 404 by the service's tus server, though the photo is taken.
      uploadDataDuringCreation: false,
      removeFingerprintOnSuccess: true,
      retryDelays: RETRY_MS,
      fingerprint: async () => `atlas-${jobId}-${file.name}-${file.size}-${file.lastModified}`,
      onProgress: (sent, total) => onProgress(total > 0 ? sent / total : 0),
      onAfterResponse: (_request, response) => {
        if (response.getHeader('atlas-duplicate') === 'true') isDuplicate = true;
      },
      onSuccess: () => resolve({ isDuplicate }),
      onError: (error) => reject(errorOf(error)),
    });
    signal.addEventListener(
      'abort',
      () => {
        void upload.abort(true).catch(() => undefined);
        reject(signal.reason);
      },
      { once: true },
    );
    void upload.findPreviousUploads().then(([previous]) => {
      if (signal.aborted) return;
      if (previous) upload.resumeFromPreviousUpload(previous);
      upload.start();
    });
  });
}

function errorOf(error: Error | DetailedError): Error {
  const response = error instanceof DetailedError ? error.originalResponse : null;
  if (!response || response.getStatus() === 0)
    return new UnreachableError('The service does not answer.', { cause: error });
  let body: unknown;
  try {
    body = JSON.parse(response.getBody());
  } catch {
    body = undefined;
  }
  return problemFrom(body, response.getStatus());
}
