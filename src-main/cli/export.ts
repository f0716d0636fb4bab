import { resolve } from 'node:path';
import type { Command } from 'commander';
import { StudioError } from '../../src-shared/errors/studio-error.js';
import { formatCount } from '../../src-shared/pipeline/figures-as-text.js';
import { exportColmap } from '../pipeline/export-colmap/export-colmap.js';
import { diskError } from '../workspace/write-atomic.js';
import { cancelOnSignals } from './cancel-on-signals.js';
import { STANDARD_OUTPUT } from './output.js';
import { parseReconstructOptions } from './parse-options.js';

interface ColmapFlags {
  readonly undistorted?: boolean;
  readonly binary?: boolean;
  readonly threads?: string;
}

export function addExportCommand(program: Command): void {
  program
    .command('export')
    .description('write the results of a run for other programs')
    .command('colmap')
    .description('cameras, points and photos for COLMAP, nerfstudio and trainers of splats')
    .argument('<run>', "a run's folder (--out of atlas reconstruct)")
    .argument('<out>', 'the folder to write: images/, sparse/0/ and, where there are, masks/')
    .option('--undistorted', 'photos without lens distortion, with PINHOLE cameras: what trainers of splats want')
    .option('--binary', 'cameras.bin, images.bin and points3D.bin instead of text')
    .option('--threads <n>', 'worker threads')
    .action(async (run: string, out: string, flags: ColmapFlags) => {
      const { threads } = parseReconstructOptions(flags.threads === undefined ? {} : { threads: flags.threads });
      const cancel = cancelOnSignals();
      try {
        const request = {
          ...{ run: resolve(run), out: resolve(out) },
          ...{ isUndistorted: flags.undistorted === true, isBinary: flags.binary === true },
          ...(threads === undefined ? {} : { threads }),
        };
        const { images, points, masks } = await exportColmap(request, cancel.signal);
        const withMasks = masks > 0 ? `, ${formatCount(masks)} masks` : '';
        STANDARD_OUTPUT.line(
          `${formatCount(images)} photos, ${formatCount(points)} points${withMasks}: ${request.out}`,
        );
      } catch (error) {
        if (cancel.signal.aborted) throw new StudioError('CANCELLED');
        throw diskError(error, resolve(out));
      } finally {
        cancel.dispose();
      }
    });
}
