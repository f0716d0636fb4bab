import { stat } from 'node:fs/promises';
import { connect } from 'node:net';
import { basename, join } from 'node:path';
import { until } from './open-test-service.js';

export interface UploadPart {
  /** Where the upload is: its location, as the service told it. */
  readonly address: string;
  /** Bytes of the whole, and the first of this part. */
  readonly length: number;
  readonly offset: number;
  /** What is sent, of all the rest that is announced. */
  readonly part: Buffer;
}

/**
 * Announces the rest of an upload (tus), sends a part of it and leaves the connection open, once the part is on the disk.
 *
 * @param service where it is, what lets in, and its folder of uploads
 */
export async function beginUpload(
  service: { readonly url: string; readonly token: string; readonly uploads: string },
  { address, length, offset, part }: UploadPart,
): Promise<{ readonly closed: Promise<void>; cut(): Promise<void> }> {
  const socket = connect(Number(new URL(service.url).port), '127.0.0.1');
  socket.on('error', () => {});
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.write(
    `PATCH ${address} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${service.token}\r\nTus-Resumable: 1.0.0\r\n` +
      `Upload-Offset: ${offset}\r\nContent-Type: application/offset+octet-stream\r\nContent-Length: ${length - offset}\r\n\r\n`,
  );
  socket.write(part);
  socket.resume();
  const file = join(service.uploads, basename(address));
  await until(async () => (await stat(file)).size === offset + part.length);
  return {
    closed,
    cut() {
      socket.destroy();
      return closed;
    },
  };
}
