import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StudioError } from '../../../src-shared/errors/studio-error.js';
import { CAMERA_MODEL_PARAMETERS, type Camera } from '../../../src-shared/scene/camera.js';
import type { RegisteredImage, SparseModel } from '../../../src-shared/scene/sparse-model.js';
import { rotationOfQuaternion } from '../../geometry/quaternion.js';
import { cameraModelOf } from './camera-models.js';
import { readBinaryModel } from './read-binary-model.js';

/** Files of a model, without their extension: `.txt` or `.bin`. */
export const MODEL_TABLES = ['cameras', 'images', 'points3D'] as const;

/** Which form of a model a folder holds; text, which people may have edited, where it has both. */
export const modelFormOf = (folder: string): 'txt' | 'bin' =>
  !existsSync(join(folder, 'images.txt')) && existsSync(join(folder, 'images.bin')) ? 'bin' : 'txt';

/**
 * Reads a COLMAP model, text or binary (colmap.github.io/format.html), ours or another program's. COLMAP counts from 1: `photoId` and
 * `cameraId` are the ids of the files less one; cameras, images and points are sorted by id. `trackFeatures` index the list
 * of keypoints of the image in images.txt. Tracks keep their order.
 *
 * @param folder with cameras, images and points3D
 * @throws MODEL_UNREADABLE
 */
export async function readColmapModel(folder: string): Promise<SparseModel> {
  if (modelFormOf(folder) === 'bin') return readBinaryModel(folder);
  const [cameraLines, imageLines, pointLines] = await Promise.all(
    MODEL_TABLES.map((name) => readLines(join(folder, `${name}.txt`))),
  );
  const cameras = parseCameras(cameraLines ?? []);
  const { images, keypoints } = parseImages(imageLines ?? []);
  return { cameras, images, ...parsePoints(pointLines ?? [], keypoints) };
}

async function readLines(path: string): Promise<string[]> {
  try {
    return (await readFile(path, 'utf8')).split(/\r?\n/).filter((line) => !line.startsWith('#'));
  } catch (cause) {
    throw new StudioError('MODEL_UNREADABLE', { cause, details: { path } });
  }
}

const unreadable = (line: string) =>
  new StudioError('MODEL_UNREADABLE', { message: `The sparse model has an unreadable line: ${line.slice(0, 80)}` });

function numbersOf(fields: readonly string[], line: string): number[] {
  const values = fields.map(Number);
  if (!values.every(Number.isFinite)) throw unreadable(line);
  return values;
}

const fieldsOf = (line: string) => line.trim().split(/\s+/);

function parseCameras(lines: readonly string[]): Camera[] {
  const cameras = lines
    .filter((line) => line.trim())
    .map((line) => {
      const [id, model, ...rest] = fieldsOf(line);
      const [cameraId, width, height, ...parameters] = numbersOf([id ?? '', ...rest], line);
      const known = cameraModelOf(model ?? 'without a name');
      const expected = CAMERA_MODEL_PARAMETERS[known].length;
      if (cameraId === undefined || width === undefined || height === undefined || parameters.length !== expected) {
        throw unreadable(line);
      }
      if (model === 'FULL_OPENCV' && parameters.slice(9).some((value) => value !== 0)) {
        throw new StudioError('MODEL_UNREADABLE', { message: 'Cameras with k4, k5 or k6 are not supported.' });
      }
      return { cameraId: cameraId - 1, model: known, width, height, parameters };
    });
  return cameras.sort((a, b) => a.cameraId - b.cameraId);
}

/** x, y of every keypoint, by photo id. */
type Keypoints = ReadonlyMap<number, Float32Array>;

function parseImages(lines: readonly string[]): { images: RegisteredImage[]; keypoints: Keypoints } {
  const images: RegisteredImage[] = [];
  const keypoints = new Map<number, Float32Array>();
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] ?? '';
    if (!line.trim()) continue;
    // IMAGE_ID QW QX QY QZ TX TY TZ CAMERA_ID NAME, where the name may hold spaces
    const parts = /^\s*((?:\S+\s+){9})(.+)$/.exec(line);
    const values = numbersOf(fieldsOf(parts?.[1] ?? '-'), line);
    const photoId = values[0]! - 1;
    const R = rotationOfQuaternion(values.slice(1, 5));
    const t = Float64Array.from(values.slice(5, 8));
    images.push({ photoId, name: parts?.[2] ?? '', cameraId: values[8]! - 1, camFromWorld: { R, t } });
    keypoints.set(photoId, parseKeypoints(lines[++i] ?? ''));
  }
  return { images: images.sort((a, b) => a.photoId - b.photoId), keypoints };
}

/** The second line of an image: X Y POINT3D_ID of each keypoint; empty without keypoints. */
function parseKeypoints(line: string): Float32Array {
  const values = line.trim() ? numbersOf(fieldsOf(line), line) : [];
  const pixels = new Float32Array((values.length / 3) * 2);
  for (let i = 0; i * 3 < values.length; i++) {
    pixels[i * 2] = values[i * 3]!;
    pixels[i * 2 + 1] = values[i * 3 + 1]!;
  }
  return pixels;
}

type Points = Omit<SparseModel, 'cameras' | 'images'>;

function parsePoints(lines: readonly string[], keypoints: Keypoints): Points {
  const rows = lines.filter((line) => line.trim()).map((line) => numbersOf(fieldsOf(line), line));
  rows.sort((a, b) => a[0]! - b[0]!);
  const count = rows.length;
  const observationCount = rows.reduce((sum, row) => sum + (row.length - 8) / 2, 0);
  const points: Points = {
    positions: new Float64Array(count * 3),
    colors: new Uint8Array(count * 3),
    errors: new Float32Array(count),
    trackOffsets: new Uint32Array(count + 1),
    trackPhotoIds: new Uint32Array(observationCount),
    trackFeatures: new Uint32Array(observationCount),
    trackPixels: new Float32Array(observationCount * 2),
  };
  let observation = 0;
  rows.forEach((row, point) => {
    points.positions.set(row.slice(1, 4), point * 3);
    points.colors.set(row.slice(4, 7), point * 3);
    points.errors[point] = row[7]!;
    for (let i = 8; i + 1 < row.length; i += 2) {
      const photoId = row[i]! - 1;
      const feature = row[i + 1]!;
      const pixels = keypoints.get(photoId);
      if (pixels === undefined || feature * 2 + 1 >= pixels.length) throw unreadable(row.join(' '));
      points.trackPhotoIds[observation] = photoId;
      points.trackFeatures[observation] = feature;
      points.trackPixels.set(pixels.subarray(feature * 2, feature * 2 + 2), observation * 2);
      observation++;
    }
    points.trackOffsets[point + 1] = observation;
  });
  return points;
}
