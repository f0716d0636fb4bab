import type { Photo } from '../../../../src-shared/scene/photo.js';
import { writeArrays } from '../../../formats/arrays/array-file.js';
import { decodeMask, decodePhoto } from '../../../formats/image/decode-photo.js';
import { detectSift } from '../../../kernels/sift/index.js';
import { SIFT_DEFAULTS, type SiftFeatures, type SiftImage } from '../../../kernels/sift/scale-space.js';
import { candidateChooser, chooseFeatures } from './choose-keypoints.js';
import { erodeMask } from './erode-mask.js';
import type { FeaturesOptions } from './features.js';

export interface DetectFeaturesInput {
  readonly photo: Photo;
  readonly options: FeaturesOptions;
  /** Absolute path of the feature file to write. */
  readonly file: string;
}

/** Detects the features of one photo and writes its feature file. @returns the number of features */
export async function run({ photo, options, file }: DetectFeaturesInput): Promise<number> {
  const decoded = await decodePhoto(photo, { channels: 3, maxDimensionPx: options.maxDimensionPx });
  const { width, height } = decoded;
  const image: SiftImage = { width, height, rgb: decoded.data };
  const mask = await decodeMask(photo, width, height);
  const object = mask && erodeMask(mask, width, height, Math.ceil(options.maskMargin * Math.max(width, height)));
  const isOnObject = (x: number, y: number) =>
    object === undefined || object[Math.floor(y) * width + Math.floor(x)] !== 0;

  const detection = {
    ...SIFT_DEFAULTS,
    enlarge: width * height <= options.enlargeBelowPixels,
    contrast: Math.min(options.contrast, options.fillContrast),
  };
  const all = detectSift(image, detection, candidateChooser(image, options, isOnObject));
  const order = chooseFeatures(all, image, options);
  const arrays = featureArrays(all, order, image, photo);
  await writeArrays(file, { meta: { photoId: photo.photoId, width, height }, arrays });
  return order.length;
}

/** The arrays of `src-shared/scene/features.ts`, keypoints in pixels of the full photo. */
function featureArrays(features: SiftFeatures, order: readonly number[], image: SiftImage, photo: Photo) {
  const arrays = {
    keypoints: new Float32Array(order.length * 4),
    descriptors: new Uint8Array(order.length * 128),
    colors: new Uint8Array(order.length * 3),
  };
  const { keypoints } = features;
  const scaleX = photo.width / image.width;
  const scaleY = photo.height / image.height;
  order.forEach((from, to) => {
    const x = keypoints[from * 4]!;
    const y = keypoints[from * 4 + 1]!;
    const sigma = keypoints[from * 4 + 2]! * Math.sqrt(scaleX * scaleY);
    arrays.keypoints.set([x * scaleX, y * scaleY, sigma, keypoints[from * 4 + 3]!], to * 4);
    arrays.descriptors.set(features.descriptors.subarray(from * 128, (from + 1) * 128), to * 128);
    const pixel = Math.floor(y) * image.width + Math.floor(x);
    arrays.colors.set(image.rgb.subarray(pixel * 3, pixel * 3 + 3), to * 3);
  });
  return arrays;
}
