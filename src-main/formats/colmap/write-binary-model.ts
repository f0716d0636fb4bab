import { join } from 'node:path';
import type { SparseModel } from '../../../src-shared/scene/sparse-model.js';
import { quaternionOfRotation } from '../../geometry/quaternion.js';
import { writeAtomic } from '../../workspace/write-atomic.js';
import { MODEL_NAMES } from './camera-models.js';
import { type ObservationsByImage, observationsByImage } from './observations-by-image.js';

/**
 * Writes a COLMAP binary model: `cameras.bin`, `images.bin` and `points3D.bin`, with the ids and keypoints that `writeColmapModel`
 * writes as text.
 *
 * @param folder absolute path; made if missing
 * @throws DISK_FULL, OUTPUT_NOT_WRITABLE
 */
export async function writeBinaryModel(folder: string, model: SparseModel): Promise<void> {
  const observations = observationsByImage(model);
  await writeAtomic(join(folder, 'cameras.bin'), camerasOf(model));
  await writeAtomic(join(folder, 'images.bin'), imagesOf(model, observations));
  await writeAtomic(join(folder, 'points3D.bin'), pointsOf(model, observations));
}

/** Numbers one after another, little-endian. */
class BinaryWriter {
  #at = 0;
  readonly bytes: Buffer;

  constructor(size: number) {
    this.bytes = Buffer.alloc(size);
  }

  u8(value: number): void {
    this.#at = this.bytes.writeUInt8(value, this.#at);
  }
  u32(value: number): void {
    this.#at = this.bytes.writeUInt32LE(value, this.#at);
  }
  u64(value: number): void {
    this.#at = this.bytes.writeBigUInt64LE(BigInt(value), this.#at);
  }
  f64(...values: readonly number[]): void {
    for (const value of values) this.#at = this.bytes.writeDoubleLE(value, this.#at);
  }
  text(value: Uint8Array): void {
    this.bytes.set(value, this.#at);
    this.#at += value.length + 1;
  }
}

function camerasOf({ cameras }: SparseModel): Buffer {
  const out = new BinaryWriter(8 + cameras.reduce((sum, { parameters }) => sum + 24 + parameters.length * 8, 0));
  out.u64(cameras.length);
  for (const { cameraId, model, width, height, parameters } of cameras) {
    out.u32(cameraId + 1);
    out.u32(MODEL_NAMES.indexOf(model));
    out.u64(width);
    out.u64(height);
    out.f64(...parameters);
  }
  return out.bytes;
}

function imagesOf({ images, trackPixels }: SparseModel, { lists, points }: ObservationsByImage): Uint8Array[] {
  const count = new BinaryWriter(8);
  count.u64(images.length);
  const chunks = images.map((image, index) => {
    const name = Buffer.from(image.name);
    const list = lists[index]!;
    const out = new BinaryWriter(73 + name.length + list.length * 24);
    out.u32(image.photoId + 1);
    out.f64(...quaternionOfRotation(image.camFromWorld.R), ...image.camFromWorld.t);
    out.u32(image.cameraId + 1);
    out.text(name);
    out.u64(list.length);
    for (const observation of list) {
      out.f64(trackPixels[observation * 2]!, trackPixels[observation * 2 + 1]!);
      out.u64(points[observation]! + 1);
    }
    return out.bytes;
  });
  return [count.bytes, ...chunks];
}

function pointsOf(model: SparseModel, { indexInImage }: ObservationsByImage): Buffer {
  const { positions, colors, errors, trackOffsets, trackPhotoIds } = model;
  const out = new BinaryWriter(8 + errors.length * 51 + trackPhotoIds.length * 8);
  out.u64(errors.length);
  for (let point = 0; point < errors.length; point++) {
    const [first, last] = [trackOffsets[point]!, trackOffsets[point + 1]!];
    out.u64(point + 1);
    out.f64(...positions.subarray(point * 3, point * 3 + 3));
    for (const channel of colors.subarray(point * 3, point * 3 + 3)) out.u8(channel);
    out.f64(errors[point]!);
    out.u64(last - first);
    for (let observation = first; observation < last; observation++) {
      out.u32(trackPhotoIds[observation]! + 1);
      out.u32(indexInImage[observation]!);
    }
  }
  return out.bytes;
}
