import { MODEL_TABLES } from '../../formats/colmap/read-colmap-model.js';
import { writeBinaryModel } from '../../formats/colmap/write-binary-model.js';
import { writeColmapModel } from '../../formats/colmap/write-colmap-model.js';
import { readSparseModel } from '../../formats/sparse-model/sparse-model-file.js';
import { undistortedModel } from './undistorted-model.js';

export interface ExportModelInput {
  /** Absolute path of the sparse model file. */
  readonly model: string;
  /** Absolute path of the folder to write. */
  readonly folder: string;
  /** What photos are called there, by id. */
  readonly names: ReadonlyMap<number, string>;
  readonly isUndistorted: boolean;
  readonly isBinary: boolean;
}

export interface ExportModelOutput {
  readonly points: number;
  /** Written, in the folder. */
  readonly files: readonly string[];
}

/** Writes the cameras and points of a run as a COLMAP model. */
export async function run(input: ExportModelInput): Promise<ExportModelOutput> {
  const solved = await readSparseModel(input.model);
  const model = input.isUndistorted ? undistortedModel(solved) : solved;
  const images = model.images.map((image) => ({ ...image, name: input.names.get(image.photoId) ?? image.name }));
  await (input.isBinary ? writeBinaryModel : writeColmapModel)(input.folder, { ...model, images });
  const extension = input.isBinary ? 'bin' : 'txt';
  return {
    points: model.errors.length,
    files: MODEL_TABLES.map((name) => `${name}.${extension}`),
  };
}
