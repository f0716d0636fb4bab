import { existsSync } from 'node:fs';
import { StudioError } from '../../../src-shared/errors/studio-error.js';
import type { StageId } from '../../../src-shared/pipeline/stages.js';
import type { Camera } from '../../../src-shared/scene/camera.js';
import type { Photo } from '../../../src-shared/scene/photo.js';
import { readSparseModel } from '../../formats/sparse-model/sparse-model-file.js';
import type { ImportOutput } from '../../stages/1-import/import-stage.js';
import type { ObjectMappingOutput } from '../../stages/3-sfm/4-mapping/object-mapping.js';
import type { SparseOutput } from '../../stages/3-sfm/sparse-output.js';
import { Workspace } from '../../workspace/workspace.js';
import { chosenSparse, WHOLE_PHOTOS } from '../solve-built-in.js';
import { readStageRecord } from '../stage-record.js';
import { exportNames } from './export-names.js';

/** What an export is made of. */
export interface ExportPlan {
  /** Absolute path of the sparse model file. */
  readonly model: string;
  /** The registered photos: each with its camera and its plain name. */
  readonly photos: readonly PlannedPhoto[];
  /** Whether the export has masks: one for each photo then, as nerfstudio wants it. */
  readonly hasMasks: boolean;
}

export interface PlannedPhoto {
  readonly photo: Photo;
  readonly camera: Camera;
  readonly name: string;
}

/**
 * Looks up what a run has to export.
 *
 * @param run absolute path of its folder
 * @param isUndistorted whether photos are written anew
 * @throws RUN_NOT_FINISHED; INPUT_NOT_FOUND when a photo has gone
 */
export async function planExport(run: string, isUndistorted: boolean): Promise<ExportPlan> {
  const workspace = new Workspace(run);
  const { photos } = required(await outputOf<ImportOutput>(workspace, 'import'), workspace);
  const object = await outputOf<SparseOutput>(workspace, 'mapping');
  const whole = await outputOf<ObjectMappingOutput>(workspace, 'mapping', WHOLE_PHOTOS);
  const model = workspace.resolve(required(chosenSparse(object, whole?.sparse), workspace).model);
  const { images, cameras } = await readSparseModel(model);
  const registered = photos.filter(({ photoId }) => images.some((image) => image.photoId === photoId));
  requirePhotos(registered);
  const names = exportNames(registered, isUndistorted);
  const planned = registered.map((photo): PlannedPhoto => {
    const image = images.find(({ photoId }) => photoId === photo.photoId)!;
    const camera = cameras.find(({ cameraId }) => cameraId === image.cameraId)!;
    return { photo, camera, name: names.get(photo.photoId)! };
  });
  return { model, photos: planned, hasMasks: registered.some(({ maskPath }) => maskPath !== undefined) };
}

async function outputOf<Output>(workspace: Workspace, stage: StageId, variant?: string): Promise<Output | undefined> {
  const record = await readStageRecord(workspace.stageFolder(stage, variant).root);
  return record?.output as Output | undefined;
}

function required<Output>(output: Output | undefined, { root }: Workspace): Output {
  if (output !== undefined) return output;
  throw new StudioError('RUN_NOT_FINISHED', { details: { folder: root } });
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
