import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StudioError } from '../../../src-shared/errors/studio-error.js';
import { CAMERA_MODEL_PARAMETERS, type Camera } from '../../../src-shared/scene/camera.js';
import type { RegisteredImage, SparseModel } from '../../../src-shared/scene/sparse-model.js';
import { rotationOfQuaternion } from '../../geometry/quaternion.js';
import { cameraModelOf, MODEL_NAMES } from './camera-models.js';

/**
 * Reads a COLMAP binary model (colmap.github.io/format.html, `src/colmap/scene/reconstruction_io`): little-endian, without padding.
 * Ids become ours as in `readColmapModel`.
 *
 * @param folder with cameras.bin, images.bin and points3D.bin
 * @throws MODEL_UNREADABLE
 */
export async function readBinaryModel(folder: string): Promise<SparseModel> {
  const cameras = await readTable(join(folder, 'cameras.bin'), readCameras);
  const { images, keypoints } = await readTable(join(folder, 'images.bin'), readImages);
  return {
    cameras,
    images,
    ...(await readTable(join(folder, 'points3D.bin'), (bytes) => readPoints(bytes, keypoints))),
  };
}

/**
 * Names of the images of a binary model in the order of its file, in which other files of COLMAP count them.
 *
 * @throws MODEL_UNREADABLE
 */
export const readImageOrder = (folder: string): Promise<string[]> =>
  readTable(join(folder, 'images.bin'), (reader) => imagesInOrder(reader).images.map(({ name }) => name));

async function readTable<Table>(path: string, parse: (reader: BinaryReader) => Table): Promise<Table> {
  try {
    return parse(new BinaryReader(await readFile(path)));
  } catch (cause) {
    if (cause instanceof StudioError) throw cause;
    const message = cause instanceof RangeError ? 'The sparse model ends in the middle.' : undefined;
    throw new StudioError('MODEL_UNREADABLE', { ...(message && { message }), cause, details: { path } });
  }
}

/** Reads on from where it is. Throws RangeError beyond the end. */
class BinaryReader {
  #at = 0;

  constructor(private readonly bytes: Buffer) {}

  #take(size: number): number {
    this.#at += size;
    return this.#at - size;
  }
  u8 = () => this.bytes.readUInt8(this.#take(1));
  u32 = () => this.bytes.readUInt32LE(this.#take(4));
  i32 = () => this.bytes.readInt32LE(this.#take(4));
  f64 = () => this.bytes.readDoubleLE(this.#take(8));
  u64 = () => Number(this.bytes.readBigUInt64LE(this.#take(8)));
  f64s = (count: number) => Float64Array.from({ length: count }, this.f64);

  /** A count of items that take at least so many bytes each: more than there are is a damaged file. */
  count(itemBytes: number): number {
    const count = this.u64();
    if (count * itemBytes > this.bytes.length - this.#at) throw new RangeError('More items than bytes.');
    return count;
  }

  text(): string {
    const end = this.bytes.indexOf(0, this.#at);
    if (end < 0) throw new RangeError('A text without end.');
    const text = this.bytes.toString('utf8', this.#at, end);
    this.#at = end + 1;
    return text;
  }
}

function readCameras(reader: BinaryReader): Camera[] {
  const cameras = Array.from({ length: reader.count(24) }, (): Camera => {
    const [cameraId, modelId] = [reader.u32() - 1, reader.i32()];
    const model = cameraModelOf(MODEL_NAMES[modelId] ?? `number ${modelId}`);
    const [width, height] = [reader.u64(), reader.u64()];
    return { cameraId, model, width, height, parameters: [...reader.f64s(CAMERA_MODEL_PARAMETERS[model].length)] };
  });
  return cameras.sort((a, b) => a.cameraId - b.cameraId);
}

/** x, y of every keypoint, by photo id. */
type Keypoints = ReadonlyMap<number, Float32Array>;

function readImages(reader: BinaryReader): { images: RegisteredImage[]; keypoints: Keypoints } {
  const { images, keypoints } = imagesInOrder(reader);
  return { images: images.sort((a, b) => a.photoId - b.photoId), keypoints };
}

function imagesInOrder(reader: BinaryReader): { images: RegisteredImage[]; keypoints: Keypoints } {
  const keypoints = new Map<number, Float32Array>();
  const images = Array.from({ length: reader.count(73) }, (): RegisteredImage => {
    const photoId = reader.u32() - 1;
    const R = rotationOfQuaternion(reader.f64s(4));
    const t = reader.f64s(3);
    const cameraId = reader.u32() - 1;
    const name = reader.text();
    const pixels = new Float32Array(reader.count(24) * 2);
    for (let i = 0; i < pixels.length; i += 2) {
      pixels[i] = reader.f64();
      pixels[i + 1] = reader.f64();
      reader.u64(); // the point that it belongs to, told by the point's track too
    }
    keypoints.set(photoId, pixels);
    return { photoId, name, cameraId, camFromWorld: { R, t } };
  });
  return { images, keypoints };
}

interface Point {
  readonly id: number;
  readonly position: Float64Array;
  readonly color: readonly number[];
  readonly error: number;
  /** Photo id and index of the keypoint, in turns. */
  readonly track: Uint32Array;
}

function readPoints(reader: BinaryReader, keypoints: Keypoints): Omit<SparseModel, 'cameras' | 'images'> {
  const rows = Array.from(
    { length: reader.count(51) },
    (): Point => ({
      id: reader.u64(),
      position: reader.f64s(3),
      color: [reader.u8(), reader.u8(), reader.u8()],
      error: reader.f64(),
      track: Uint32Array.from({ length: reader.count(8) * 2 }, (_, i) =>
        i % 2 === 0 ? reader.u32() - 1 : reader.u32(),
      ),
    }),
  );
  rows.sort((a, b) => a.id - b.id);
  const observationCount = rows.reduce((sum, { track }) => sum + track.length / 2, 0);
  const points = {
    positions: new Float64Array(rows.length * 3),
    colors: new Uint8Array(rows.length * 3),
    errors: Float32Array.from(rows, ({ error }) => error),
    trackOffsets: new Uint32Array(rows.length + 1),
    trackPhotoIds: new Uint32Array(observationCount),
    trackFeatures: new Uint32Array(observationCount),
    trackPixels: new Float32Array(observationCount * 2),
  };
  let observation = 0;
  for (const [index, { id, position, color, track }] of rows.entries()) {
    points.positions.set(position, index * 3);
    points.colors.set(color, index * 3);
    for (let i = 0; i < track.length; i += 2, observation++) {
      const [photoId, feature] = [track[i]!, track[i + 1]!];
      const pixels = keypoints.get(photoId);
      if (pixels === undefined || feature * 2 + 1 >= pixels.length) {
        throw new StudioError('MODEL_UNREADABLE', {
          message: `Point ${id} of the sparse model is seen by an image that is not there.`,
        });
      }
      points.trackPhotoIds[observation] = photoId;
      points.trackFeatures[observation] = feature;
      points.trackPixels.set(pixels.subarray(feature * 2, feature * 2 + 2), observation * 2);
    }
    points.trackOffsets[index + 1] = observation;
  }
  return points;
}
