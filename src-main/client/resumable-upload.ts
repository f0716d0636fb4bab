import { openAsBlob } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { StudioError } from '../../src-shared/errors/studio-error.js';

export interface ResumableUpload {
  /** Absolute path of the file. */
  readonly path: string;
  readonly metadata: Readonly<Record<string, string>>;
}

type Request = (address: string, init: RequestInit) => Promise<Response>;

const PROTOCOL = { 'tus-resumable': '1.0.0' };
/** Attempts without any progress until the upload is given up. */
const MAX_ATTEMPTS = 5;
const WAIT_MS = 300;

/**
 * Uploads a file by tus 1.0.0: creates the upload, sends from where the service is, asks it after each broken connection.
 *
 * @param request sends with the token; throws StudioError where the service refuses
 * @throws what the service refuses with; UPLOAD_FAILED when the connection breaks again and again
 */
export async function uploadResumably(request: Request, { path, metadata }: ResumableUpload): Promise<void> {
  const file = await openAsBlob(path);
  const encoded = Object.entries(metadata).map(([name, text]) => `${name} ${Buffer.from(text).toString('base64')}`);
  const created = await request('/uploads', {
    method: 'POST',
    headers: { ...PROTOCOL, 'upload-length': String(file.size), 'upload-metadata': encoded.join(',') },
  });
  const address = created.headers.get('location') ?? '';

  let offset = 0;
  for (let attempt = 0; attempt < MAX_ATTEMPTS; ) {
    try {
      await request(address, {
        method: 'PATCH',
        headers: { ...PROTOCOL, 'upload-offset': String(offset), 'content-type': 'application/offset+octet-stream' },
        body: file.slice(offset),
      });
      return;
    } catch (error) {
      if (error instanceof StudioError) throw error;
      await delay(WAIT_MS * 2 ** attempt);
      const reached = await offsetOf(request, address);
      if (reached === file.size) return;
      attempt = reached !== undefined && reached > offset ? 0 : attempt + 1;
      offset = reached ?? offset;
    }
  }
  throw new StudioError('UPLOAD_FAILED');
}

/** Bytes that the service has. @returns undefined while it cannot be asked */
async function offsetOf(request: Request, address: string): Promise<number | undefined> {
  const answer = await request(address, { method: 'HEAD', headers: PROTOCOL }).catch(() => undefined);
  const offset = answer?.headers.get('upload-offset');
  return offset == null ? undefined : Number(offset);
}
