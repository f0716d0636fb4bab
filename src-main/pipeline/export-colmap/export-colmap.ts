import { existsSync } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { StudioError } from '../../../src-shared/errors/studio-error.js';
import type { StageId } from '../../../src-shared/pipeline/stages.js';
import type { Photo } from '../../../src-shared/scene/photo.js';
import type { SparseModel } from '../../../src-shared/scene/sparse-model.js';
import { writeBinaryModel } from '../../formats/colmap/write-binary-model.js';
import { writeColmapModel } from '../../formats/colmap/write-colmap-model.js';
import { readSparseModel } from '../../formats/sparse-model/sparse-model-file.js';
import { KernelPool } from '../../kernels/pool/kernel-pool.js';
import type { ImportOutput } from '../../stages/1-import/import-stage.js';
import type { SparseOutput } from '../../stages/3-sfm/sparse-output.js';
import { Workspace } from '../../workspace/workspace.js';
import { readStageRecord } from '../stage-record.js';
import { exportNames } from './export-names.js';
import type { ExportPhotoInput } from './export-photo-task.js';
import { undistortedModel } from './undistorted-model.js';

export interface ExportColmapRequest {
  /** Absolute path of a finished run's folder. */
  readonly run: string;
  /** Absolute path of the folder to write: empty, or not there yet. */
  readonly out: string;
  /** Photos without lens distortion and PINHOLE cameras, as trainers of splats want them. */
  readonly isUndistorted: boolean;
  /** The model as binary files instead of text. */
  readonly isBinary: boolean;
  readonly threads?: number;
}

export interface ExportColmapResult {
  readonly images: number;
  readonly points: number;
  /** Photos with masks. */
  readonly masks: number;
}

/**
 * Writes a run's cameras as the folder that COLMAP, nerfstudio and trainers of splats open: `images/`, `sparse/0/` and, where photos
 * have masks, `masks/` (the image's name and `.png`). Photos are written upright, as the model sees them; names become plain ones,
 * for COLMAP's own text reader ends a name at a space.
 *
 * @throws RUN_NOT_FINISHED; INPUT_NOT_FOUND when a photo has gone; OUTPUT_NOT_WRITABLE, DISK_FULL; the signal's reason
 */
export async function exportColmap(
  { run, out, isUndistorted, isBinary, threads }: ExportColmapRequest,
  signal: AbortSignal,
  onPhoto: (done: number, of: number) => void = () => {},
): Promise<ExportColmapResult> {
  const workspace = new Workspace(run);
  const { photos } = await outputOf<ImportOutput>(workspace, 'import');
  const { model: path } = await outputOf<SparseOutput>(workspace, 'mapping');
  const solved = await readSparseModel(workspace.resolve(path));
  await requireEmpty(out);

  const own = photos.filter(({ photoId }) => solved.images.some((image) => image.photoId === photoId));
  requirePhotos(own);
  const names = exportNames(own, isUndistorted);
  await mkdir(join(out, 'images'), { recursive: true });
  if (own.some(({ maskPath }) => maskPath !== undefined)) await mkdir(join(out, 'masks'), { recursive: true });
  const inputs = own.map((photo): ExportPhotoInput => {
    const image = solved.images.find(({ photoId }) => photoId === photo.photoId)!;
    const camera = solved.cameras.find(({ cameraId }) => cameraId === image.cameraId)!;
    const name = names.get(photo.photoId)!;
    const mask = photo.maskPath === undefined ? {} : { maskPath: join(out, 'masks', `${name}.png`) };
    return { photo, imagePath: join(out, 'images', name), ...mask, ...(isUndistorted ? { camera } : {}) };
  });
  const kernels = new KernelPool(threads ?? Math.min(4, inputs.length));
  try {
    const task = new URL('./export-photo-task.js', import.meta.url);
    await kernels.map<ExportPhotoInput, void>(task, inputs, signal, (done) => onPhoto(done, inputs.length));
  } finally {
    await kernels.close();
  }
  const named = renamed(isUndistorted ? undistortedModel(solved) : solved, names);
  await (isBinary ? writeBinaryModel : writeColmapModel)(join(out, 'sparse', '0'), named);
  const masks = inputs.filter(({ maskPath }) => maskPath !== undefined).length;
  return { images: named.images.length, points: named.errors.length, masks };
}

async function outputOf<Output>(workspace: Workspace, stage: StageId): Promise<Output> {
  const record = await readStageRecord(workspace.stageFolder(stage).root);
  if (record !== undefined) return record.output as Output;
  throw new StudioError('RUN_NOT_FINISHED', { details: { folder: workspace.root, stage } });
}

async function requireEmpty(folder: string): Promise<void> {
  if ((await readdir(folder).catch(() => [])).length === 0) return;
  throw new StudioError('OUTPUT_NOT_WRITABLE', {
    message: 'The folder to write is not empty.',
    hint: 'Name one that is empty or not there yet.',
    details: { folder },
  });
}

function requirePhotos(photos: readonly Photo[]): void {
  const gone = photos.filter(({ path }) => !existsSync(path));
  if (gone.length === 0) return;
  throw new StudioError('INPUT_NOT_FOUND', {
    message: `${gone.length} of the run's photos are no longer where they were.`,
    hint: 'Put them back, or reconstruct them again from where they are now.',
    details: { photos: gone.map(({ name }) => name) },
  });
}

const renamed = (model: SparseModel, names: ReadonlyMap<number, string>): SparseModel => ({
  ...model,
  images: model.images.map((image) => ({ ...image, name: names.get(image.photoId) ?? image.name })),
});
