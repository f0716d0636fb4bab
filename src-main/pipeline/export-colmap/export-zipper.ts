import { createReadStream, type ReadStream } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { ZipFile } from 'yazl';
import { type ExportForm, writeExport } from './export-colmap.js';
import type { ExportPlan } from './plan-export.js';

/** A download waits for photos that are worked on with so many threads: jobs go on beside it. */
const THREADS = 2;
/** The earliest time that a zip file can hold. */
const ZIP_EPOCH = new Date(1980, 0, 1);
const COMPRESSED_ALREADY = /\.(?:jpe?g|png)$/;

/** Makes ZIP files of exports while they are read; photos of one export at a time are worked on, those that come later wait. */
export class ExportZipper {
  #last: Promise<unknown> = Promise.resolve();

  /**
   * The export as a ZIP, whose bytes come as soon as files are written. Whoever destroys the stream ends the work; its files are removed
   * when it has closed.
   *
   * @param scratch absolute path of a folder for such files
   */
  zip(plan: ExportPlan, form: ExportForm, scratch: string): Readable {
    const zip = new ZipFile();
    const stream = zip.outputStream as Readable;
    const closed = new AbortController();
    const fail = (error: Error) => stream.destroy(error);
    zip.on('error', fail);
    const work = this.#last.then(() => writeInto(zip, plan, form, scratch, closed.signal));
    this.#last = work.catch((error: unknown) => {
      if (!closed.signal.aborted) fail(error as Error);
    });
    stream.once('close', () => closed.abort(new DOMException('The download has ended', 'AbortError')));
    return stream;
  }
}

/** Adds the files of an export to a ZIP in the order in which they are written, and ends it. They go when the signal says so. */
async function writeInto(
  zip: ZipFile,
  plan: ExportPlan,
  form: ExportForm,
  scratch: string,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  await mkdir(scratch, { recursive: true });
  const out = await mkdtemp(join(scratch, 'colmap-'));
  let open: ReadStream | undefined;
  const remove = () => {
    open?.destroy();
    return rm(out, { recursive: true, force: true, maxRetries: 3 });
  };
  try {
    await writeExport(plan, { ...form, out, threads: THREADS }, signal, (files) => {
      for (const file of files) {
        const options = { mtime: ZIP_EPOCH, compress: !COMPRESSED_ALREADY.test(file) };
        zip.addReadStreamLazy(file, options, (use) => {
          open = createReadStream(join(out, file));
          use(undefined, open);
        });
      }
    });
    signal.throwIfAborted();
    zip.end();
  } catch (error) {
    await remove();
    throw error;
  }
  // The files are read while the ZIP is: they stay until its stream has closed.
  signal.addEventListener('abort', () => void remove().catch(() => {}), { once: true });
}
