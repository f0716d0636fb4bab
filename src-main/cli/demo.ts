import { existsSync } from 'node:fs';
import { readdir, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { createLogUpdate } from 'log-update';
import { makeCapture } from '#synthetic/make-capture.js';
import { StudioError } from '../../src-shared/errors/studio-error.js';
import { formatCount } from '../../src-shared/pipeline/figures-as-text.js';
import { diskError } from '../workspace/write-atomic.js';
import { cancelOnSignals } from './cancel-on-signals.js';
import { type Output, STANDARD_OUTPUT } from './output.js';
import { parseReconstructOptions } from './parse-options.js';
import { printSummary } from './print-summary.js';
import { reconstructWithDisplay } from './reconstruct.js';

/** Photos of the demonstration: the project's own synthetic capture. */
const DEMO_CAPTURE = { photos: 24, sizePx: 1024 } as const;

export function addDemoCommand(program: Command): void {
  program
    .command('demo')
    .description('make photos of a painted sculpture, reconstruct them and say where to look')
    .option('-o, --out <folder>', 'where photos and results go', 'out/demo')
    .option('-t, --tier <tier>', 'quality: preview, standard or premium', 'standard')
    .option('--photos <n>', 'how many photos', String(DEMO_CAPTURE.photos))
    .option('--threads <n>', 'worker threads; all processors when not given')
    .action(async (flags: { out: string; tier: string; photos: string; threads?: string }) => {
      const { options, threads } = parseReconstructOptions(flags);
      const photoCount = parsePhotoCount(flags.photos);
      const folder = resolve(flags.out);
      const photos = await demoPhotos(folder, photoCount, threads, STANDARD_OUTPUT);
      const model = join(folder, 'model');
      const request = { photos: [photos], folder: model, options, ...(threads === undefined ? {} : { threads }) };
      printSummary(STANDARD_OUTPUT, await reconstructWithDisplay(request, STANDARD_OUTPUT, false), model);
    });
}

function parsePhotoCount(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 6 && count <= 200) return count;
  throw new StudioError('INPUT_OPTION_INVALID', { message: '--photos: must be a whole number from 6 to 200' });
}

/**
 * Makes the photos where they are not there yet, all or none.
 *
 * @returns their folder
 * @throws CANCELLED, DISK_FULL, OUTPUT_NOT_WRITABLE
 */
async function demoPhotos(folder: string, count: number, threads: number | undefined, output: Output): Promise<string> {
  const capture = join(folder, `capture-${count}`);
  const images = join(capture, 'images');
  if (existsSync(images)) return images;
  output.line(`Making ${formatCount(count)} photos of a painted sculpture in ${images}`);
  const unfinished = `${capture}.unfinished`;
  const live = output.isTerminal ? createLogUpdate(process.stdout) : undefined;
  const cancel = cancelOnSignals();
  try {
    await rm(unfinished, { recursive: true, force: true });
    await makeCapture(
      unfinished,
      { photos: count, sizePx: DEMO_CAPTURE.sizePx },
      {
        signal: cancel.signal,
        onPhoto: (done, of) => live?.(`  photo ${done} of ${of}`),
        ...(threads === undefined ? {} : { threads }),
      },
    );
    await rename(unfinished, capture);
  } catch (error) {
    if (cancel.signal.aborted) throw new StudioError('CANCELLED');
    throw diskError(error, folder);
  } finally {
    live?.clear();
    live?.done();
    cancel.dispose();
  }
  output.line(`  ${(await readdir(images)).length} photos, with true masks, cameras and surface beside them\n`);
  return images;
}
