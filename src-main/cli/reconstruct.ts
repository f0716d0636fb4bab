import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { StudioError } from '../../src-shared/errors/studio-error.js';
import type { QaReport } from '../../src-shared/pipeline/qa-report.js';
import type { ReconstructRequest } from '../pipeline/reconstruct.js';
import { runInThread } from '../pipeline/thread/run-in-thread.js';
import { USER_FILES } from '../workspace/workspace.js';
import { cancelOnSignals } from './cancel-on-signals.js';
import { addEngineFlags } from './engine-flags.js';
import { type Output, STANDARD_OUTPUT } from './output.js';
import { parseReconstructOptions } from './parse-options.js';
import { printSummary } from './print-summary.js';
import { jsonDisplay, plainDisplay, terminalDisplay } from './progress-display.js';

interface ReconstructFlags {
  readonly out: string;
  readonly masks?: string;
  readonly sparse?: string;
  readonly json?: boolean;
}

export function addReconstructCommand(program: Command): void {
  addEngineFlags(
    program
      .command('reconstruct')
      .description('make a model from photos; run it again with the same --out to continue or to change options')
      .argument('<photos...>', 'a folder of photos, or the photos (JPEG, PNG, WebP, TIFF, HEIC)')
      .requiredOption('-o, --out <folder>', 'where the results go')
      .option('-t, --tier <tier>', 'quality: preview, standard or premium', 'standard')
      .option('--triangles <n>', "most triangles of the model (tier's: 25000, 100000, 250000)")
      .option('--texture-size <px>', "width of the texture, a power of two (tier's: 1024, 2048, 4096)")
      .option('--masks <folder>', 'a PNG for each photo, named like it, white where the object is')
      .option('--camera <fx,fy,cx,cy[,k1,k2[,p1,p2]]>', 'known intrinsics in pixels; solved when not given'),
  )
    .option('--sparse <folder>', 'cameras solved elsewhere: a COLMAP model of these photos, text or binary')
    .option('--scale <n>', 'metres per unit of the solved model; unknown when not given')
    .option('--crop <cx,cy,cz,sx,sy,sz[,qx,qy,qz,qw]>', 'keep what is in this box: centre, size, rotation')
    .option('--turn <x,y,z>', 'turn the upright model: degrees about X, then Y, then Z')
    .option('--until <step>', 'stop after sfm (cameras), dense (points) or mesh')
    .option('--threads <n>', 'worker threads; all processors when not given')
    .option('--seed <n>', 'for every random choice; the same seed gives the same model', '1')
    .option('--json', 'print one JSON event a line')
    .addHelpText(
      'after',
      `
Writes to the folder:
  model.glb      the textured model          report.html    how good it is, to read
  preview.png    a picture of it             qa.json        the same for programs
  sparse/        cameras (COLMAP text)       dense.ply      coloured points
  log.ndjson     the log                     work/          what lets a run continue; may be deleted

Edits: --crop and --turn are given in the frame of model.glb as it is without them and without --scale (+Y up, on y = 0,
centred, longest side 1). With the same --out they compute the export anew and nothing else.

Ctrl-C stops within a second; the same command continues. A file name that begins with - goes behind --.`,
    )
    .action(async (photos: string[], flags: ReconstructFlags & Record<string, unknown>) => {
      const { options, threads } = parseReconstructOptions(flags);
      const request: ReconstructRequest = {
        photos: photos.map((path) => resolve(path)),
        folder: resolve(flags.out),
        options,
        ...(flags.masks === undefined ? {} : { masks: resolve(flags.masks) }),
        ...(flags.sparse === undefined ? {} : { sparse: resolve(flags.sparse) }),
        ...(threads === undefined ? {} : { threads }),
      };
      const report = await reconstructWithDisplay(request, STANDARD_OUTPUT, flags.json === true);
      if (!flags.json) printSummary(STANDARD_OUTPUT, report, request.folder);
    });
}

/**
 * Runs the job, shows it and hears Ctrl-C.
 *
 * @param json print events for programs instead
 * @throws StudioError, with the log's path in its details
 */
export async function reconstructWithDisplay(
  request: ReconstructRequest,
  output: Output,
  json: boolean,
): Promise<QaReport> {
  const display = json ? jsonDisplay(output) : output.isTerminal ? terminalDisplay(output) : plainDisplay(output);
  const cancel = cancelOnSignals();
  let failureShown = false;
  try {
    return await runInThread(request, cancel.signal, (event) => {
      failureShown ||= event.type === 'run-failed';
      display.show(event);
    });
  } catch (error) {
    if (!(error instanceof StudioError)) throw error;
    // A run that could not begin, or whose thread was lost, has not told its end itself.
    if (!failureShown) display.show({ type: 'run-failed', error: error.toJSON() });
    const log = join(request.folder, USER_FILES.log);
    throw new StudioError(error.code, { ...error.toJSON(), details: { ...error.details, log }, cause: error });
  } finally {
    display.end();
    cancel.dispose();
  }
}
