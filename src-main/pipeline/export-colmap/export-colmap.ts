import { mkdir, readdir } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { StudioError } from '../../../src-shared/errors/studio-error.js';
import { KernelPool } from '../../kernels/pool/kernel-pool.js';
import type { ExportModelInput, ExportModelOutput } from './export-model-task.js';
import type { ExportPhotoInput } from './export-photo-task.js';
import { type ExportPlan, planExport } from './plan-export.js';

/** How an export is to be. */
export interface ExportForm {
  /** Photos without lens distortion and PINHOLE cameras, as trainers of splats want them. */
  readonly isUndistorted: boolean;
  /** The model as binary files instead of text. */
  readonly isBinary: boolean;
}

export interface ExportColmapRequest extends ExportForm {
  /** Absolute path of a finished run's folder. */
  readonly run: string;
  /** Absolute path of the folder to write: empty, or not there yet. */
  readonly out: string;
  readonly threads?: number;
}

export interface ExportColmapResult {
  readonly images: number;
  readonly points: number;
  readonly masks: number;
}

/**
 * Writes a run's cameras as the folder that COLMAP, nerfstudio and trainers of splats open: see {@link writeExport}.
 *
 * @throws RUN_NOT_FINISHED; INPUT_NOT_FOUND when a photo has gone; OUTPUT_NOT_WRITABLE, DISK_FULL; the signal's reason
 */
export async function exportColmap(request: ExportColmapRequest, signal: AbortSignal): Promise<ExportColmapResult> {
  const plan = await planExport(request.run, request.isUndistorted);
  await requireEmpty(request.out);
  return writeExport(plan, request, signal);
}

/**
 * Writes `sparse/0/`, `images/` and, where photos have masks, `masks/`, in this order. Photos are upright, as the model sees them; names are
 * plain ones, for COLMAP's own text reader ends a name at a space. A mask is called as the readers look for it: COLMAP, which may find
 * features anew in photos as they are, for `photo.jpg.png`; nerfstudio and trainers, which want straight photos, for `photo.png`. A photo
 * without mask among others gets a white one: readers want one for each or none.
 *
 * @param onFiles called with files that are there, relative to `out`, with slashes
 * @throws OUTPUT_NOT_WRITABLE, DISK_FULL; PHOTO_UNREADABLE; the signal's reason
 */
export async function writeExport(
  { model, photos, hasMasks }: ExportPlan,
  { out, threads, isUndistorted, isBinary }: ExportForm & { readonly out: string; readonly threads?: number },
  signal: AbortSignal,
  onFiles: (files: readonly string[]) => void = () => {},
): Promise<ExportColmapResult> {
  for (const folder of ['images', ...(hasMasks ? ['masks'] : [])]) await mkdir(join(out, folder), { recursive: true });
  const maskName = (name: string) => (isUndistorted ? `${name.slice(0, -extname(name).length)}.png` : `${name}.png`);
  const files = photos.map(({ name }) => [`images/${name}`, ...(hasMasks ? [`masks/${maskName(name)}`] : [])]);
  const inputs = photos.map(({ photo, camera }, index): ExportPhotoInput => {
    const [imagePath, maskPath] = files[index]!.map((file) => join(out, file)) as [string, string | undefined];
    return { photo, imagePath, ...(maskPath ? { maskPath } : {}), ...(isUndistorted ? { camera } : {}) };
  });
  const kernels = new KernelPool(threads ?? Math.min(4, inputs.length));
  try {
    const names = new Map(photos.map(({ photo, name }) => [photo.photoId, name]));
    const modelTask = new URL('./export-model-task.js', import.meta.url);
    const modelInput = { model, folder: join(out, 'sparse', '0'), names, isUndistorted, isBinary };
    const written = await kernels.run<ExportModelInput, ExportModelOutput>(modelTask, modelInput, signal);
    onFiles(written.files.map((file) => `sparse/0/${file}`));
    const photoTask = new URL('./export-photo-task.js', import.meta.url);
    await kernels.map<ExportPhotoInput, void>(photoTask, inputs, signal, (_, __, index) => onFiles(files[index]!));
    return { images: photos.length, points: written.points, masks: hasMasks ? photos.length : 0 };
  } finally {
    await kernels.close();
  }
}

async function requireEmpty(folder: string): Promise<void> {
  if ((await readdir(folder).catch(() => [])).length === 0) return;
  throw new StudioError('OUTPUT_NOT_WRITABLE', {
    message: 'The folder to write is not empty.',
    hint: 'Name one that is empty or not there yet.',
    details: { folder },
  });
}
