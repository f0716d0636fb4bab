import { join } from 'node:path';
import type { SparseModel } from '../../../src-shared/scene/sparse-model.js';
import { quaternionOfRotation } from '../../geometry/quaternion.js';
import { writeAtomic } from '../../workspace/write-atomic.js';
import { type ObservationsByImage, observationsByImage } from './observations-by-image.js';

/**
 * Writes a COLMAP text model: `cameras.txt`, `images.txt` and `points3D.txt` (colmap.github.io/format.html). COLMAP counts from
 * 1, so ids in the files are ours plus one; points get their index plus one. An image lists the keypoints that the model uses,
 * by increasing feature index. f64 values are written with as many digits as they need to be read back exactly, f32 likewise.
 *
 * @param folder absolute path; made if missing
 * @throws DISK_FULL, OUTPUT_NOT_WRITABLE
 */
export async function writeColmapModel(folder: string, model: SparseModel): Promise<void> {
  const observations = observationsByImage(model);
  await writeAtomic(join(folder, 'cameras.txt'), camerasText(model));
  await writeAtomic(join(folder, 'images.txt'), imagesText(model, observations));
  await writeAtomic(join(folder, 'points3D.txt'), pointsText(model, observations.indexInImage));
}

/** Nine significant digits tell every f32 apart. */
const f32 = (value: number) => String(Number(value.toPrecision(9)));

function camerasText({ cameras }: SparseModel): string {
  const lines = cameras.map((camera) =>
    [camera.cameraId + 1, camera.model, camera.width, camera.height, ...camera.parameters].join(' '),
  );
  const head = `# Camera list with one line of data per camera:
#   CAMERA_ID, MODEL, WIDTH, HEIGHT, PARAMS[]
# Number of cameras: ${cameras.length}
`;
  return `${head}${lines.map((line) => `${line}\n`).join('')}`;
}

function imagesText({ images, trackPixels }: SparseModel, { lists, points }: ObservationsByImage): string {
  const count = lists.reduce((sum, list) => sum + list.length, 0);
  const chunks = [
    `# Image list with two lines of data per image:
#   IMAGE_ID, QW, QX, QY, QZ, TX, TY, TZ, CAMERA_ID, NAME
#   POINTS2D[] as (X, Y, POINT3D_ID)
# Number of images: ${images.length}, mean observations per image: ${images.length ? count / images.length : 0}
`,
  ];
  images.forEach((image, index) => {
    const { R, t } = image.camFromWorld;
    const pose = [...quaternionOfRotation(R), ...t].join(' ');
    const keypoints = Array.from(lists[index]!, (observation) => {
      const x = trackPixels[observation * 2]!;
      const y = trackPixels[observation * 2 + 1]!;
      return `${f32(x)} ${f32(y)} ${points[observation]! + 1}`;
    });
    chunks.push(`${image.photoId + 1} ${pose} ${image.cameraId + 1} ${image.name}\n${keypoints.join(' ')}\n`);
  });
  return chunks.join('');
}

function pointsText(model: SparseModel, indexInImage: Uint32Array): string {
  const { positions, colors, errors, trackOffsets, trackPhotoIds } = model;
  const count = errors.length;
  const lines: string[] = [];
  for (let point = 0; point < count; point++) {
    const [first, last] = [trackOffsets[point]!, trackOffsets[point + 1]!];
    const track: number[] = [];
    for (let observation = first; observation < last; observation++) {
      track.push(trackPhotoIds[observation]! + 1, indexInImage[observation]!);
    }
    const xyz = positions.subarray(point * 3, point * 3 + 3).join(' ');
    const rgb = colors.subarray(point * 3, point * 3 + 3).join(' ');
    lines.push(`${point + 1} ${xyz} ${rgb} ${f32(errors[point]!)} ${track.join(' ')}\n`);
  }
  const mean = count ? trackPhotoIds.length / count : 0;
  const head = `# 3D point list with one line of data per point:
#   POINT3D_ID, X, Y, Z, R, G, B, ERROR, TRACK[] as (IMAGE_ID, POINT2D_IDX)
# Number of points: ${count}, mean track length: ${mean}
`;
  return head + lines.join('');
}
