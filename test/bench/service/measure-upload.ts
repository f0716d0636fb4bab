import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { ServeProcess } from '../../e2e/serve-process.js';
import { printMeasured, residentBytes } from './measured.js';

const BOUNDARY = 'atlas-bench';
const PADDING_BYTES = 10_000_000;
const LOOK_EVERY_MS = 50;

/** One request with many photos: how far the service's memory grows. The job is removed afterwards. */
export async function measureUpload(service: ServeProcess, photo: string, megabytes: number): Promise<void> {
  const pid = service.child.pid ?? 0;
  const body = largePhotos(await readFile(photo), Math.ceil((megabytes * 1e6) / PADDING_BYTES));
  const before = residentBytes(pid);
  let most = before;
  const watch = setInterval(() => {
    most = Math.max(most, residentBytes(pid));
  }, LOOK_EVERY_MS);
  const begin = performance.now();
  const answer = await service.client.request('/jobs', {
    method: 'POST',
    headers: { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` },
    body: Readable.toWeb(Readable.from(body)) as ReadableStream,
    duplex: 'half',
  } as RequestInit);
  const { job_id } = (await answer.json()) as { job_id: string };
  clearInterval(watch);
  const { photo_bytes } = await service.client.get(job_id);
  printMeasured('upload', {
    megabytes: Math.round(photo_bytes / 1e6),
    seconds: Number(((performance.now() - begin) / 1000).toFixed(1)),
    memoryGrowthMb: Math.round((most - before) / 1e6),
    memoryBeforeMb: Math.round(before / 1e6),
  });
  await service.client.delete(job_id);
}

/** Ten megabytes each: a small JPEG and bytes after its end, which readers pass over; no two the same. */
async function* largePhotos(head: Buffer, count: number): AsyncGenerator<Buffer | string> {
  const padding = Buffer.alloc(PADDING_BYTES);
  for (let i = 0; i < count; i++) {
    yield `--${BOUNDARY}\r\nContent-Disposition: form-data; name="images"; filename="${i}.jpg"\r\n\r\n`;
    padding.writeUInt32LE(i);
    yield head;
    yield Buffer.from(padding);
    yield '\r\n';
  }
  yield `--${BOUNDARY}--\r\n`;
}
