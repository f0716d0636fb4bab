import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Readable, type Stream, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { StudioError } from '../../../src-shared/errors/studio-error.js';
import { diskError } from '../../workspace/write-atomic.js';
import { displayName } from './display-name.js';
import { inspectPhoto } from './inspect-photo.js';
import type { Scanner } from './malware-scanner.js';
import type { StoredPhoto } from './stored-photo.js';

export interface PhotoLimits {
  readonly maxBytes: number;
  readonly maxPixels: number;
}

/**
 * Streams one photo to disk, never holding it in memory, and checks what it is by its content. The file appears under its
 * final name only when it is whole and accepted.
 *
 * @param stream of the photo's bytes
 * @param name as the client gave it: shown to people, never used as a path
 * @param folder of the job's images
 * @throws UPLOAD_FAILED, PHOTO_FILE_TOO_LARGE, PHOTO_UNREADABLE, PHOTO_EMPTY, PHOTO_TOO_LARGE, PHOTO_METADATA_REFUSED,
 *   PHOTO_INFECTED, DISK_FULL
 */
export async function receivePhoto(
  stream: Readable,
  name: string,
  folder: string,
  setup: { readonly limits: PhotoLimits; readonly scanner: Scanner | undefined },
): Promise<StoredPhoto> {
  const photoId = randomUUID();
  const temporary = join(folder, `${photoId}.part`);
  const hash = createHash('sha256');
  let bytes = 0;
  const meter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      hash.update(chunk);
      if (bytes > setup.limits.maxBytes) done(fileTooLarge(name, setup.limits.maxBytes));
      else done(null, chunk);
    },
  });

  try {
    await mkdir(folder, { recursive: true });
    const file = createWriteStream(temporary, { flags: 'wx', flush: true });
    // One that fails ends the others with its error: who was first is to blame.
    const failed: Stream[] = [];
    for (const part of [stream, meter, file]) part.once('error', () => failed.push(part));
    await pipeline(stream, meter, file).catch((cause: unknown) => {
      throw failed[0] === stream ? new StudioError('UPLOAD_FAILED', { cause }) : cause;
    });
    if (bytes === 0) throw new StudioError('PHOTO_EMPTY', { details: { photo: name } });
    const { format, width, height } = await inspectPhoto(temporary, name, setup.limits.maxPixels);
    await setup.scanner?.scan(temporary, name);
    const fileName = `${photoId}.${format}`;
    await rename(temporary, join(folder, fileName));
    const sha256 = hash.digest('hex');
    return { photoId, name: displayName(name), file: fileName, bytes, sha256, format, width, height };
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw diskError(error, temporary);
  }
}

const fileTooLarge = (name: string, maxBytes: number) =>
  new StudioError('PHOTO_FILE_TOO_LARGE', { details: { photo: displayName(name), maxBytes } });
