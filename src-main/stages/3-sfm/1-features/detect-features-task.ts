import type { Photo } from '../../../../src-shared/scene/photo.js';
import { writeArrays } from '../../../formats/arrays/array-file.js';
import { decodeMask, decodePhoto } from '../../../formats/image/decode-photo.js';
import { detectSift } from '../../../kernels/sift/index.js';
import { SIFT_DEFAULTS, type SiftCandidates, type SiftFeatures } from '../../../kernels/sift/scale-space.js';
import { rankKeypoints } from './choose-keypoints.js';
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
  const image = await decodePhoto(photo, { channels: 3, maxDimensionPx: options.maxDimensionPx });
  const { width, height } = image;
  const rgb = image.data;
  const mask = await decodeMask(photo, width, height);
  const object = mask && erodeMask(mask, width, height, Math.ceil(options.maskMargin * Math.max(width, height)));
  const isOnObject = (x: number, y: number) =>
    object === undefined || object[Math.floor(y) * width + Math.floor(x)] !== 0;

  const choose = ({ count, keypoints }: SiftCandidates) => {
    const onObject: number[] = [];
    for (let i = 0; i < count; i++) if (isOnObject(keypoints[i * 4]!, keypoints[i * 4 + 1]!)) onObject.push(i);
    return onObject.length <= options.maxFeatures ? onObject : best(onObject, keypoints, options.maxFeatures);
  };
  const best = (indices: readonly number[], keypoints: Float32Array, most: number) => {
    const subset = Float32Array.from(indices.flatMap((i) => [...keypoints.subarray(i * 4, i * 4 + 4)]));
    const response = (i: number) => subset[i * 4 + 3]!;
    const order = rankKeypoints({ count: indices.length, keypoints: subset, response }, width, height);
    return order
      .slice(0, most)
      .map((i) => indices[i]!)
      .sort((a, b) => a - b);
  };

  const enlarge = width * height <= options.enlargeBelowPixels;
  const all = detectSift({ width, height, rgb }, { ...SIFT_DEFAULTS, enlarge, contrast: options.contrast }, choose);
  const { keypoints, responses } = all;
  const response = (i: number) => responses[i]!;
  const order = rankKeypoints({ count: all.count, keypoints, response }, width, height).slice(0, options.maxFeatures);
  const arrays = featureArrays(all, order, { width, height, rgb }, photo);
  await writeArrays(file, { meta: { photoId: photo.photoId, width, height }, arrays });
  return order.length;
}

/** The arrays of `src-shared/scene/features.ts`, keypoints in pixels of the full photo. */
function featureArrays(
  features: SiftFeatures,
  order: readonly number[],
  image: { readonly width: number; readonly height: number; readonly rgb: Uint8Array },
  photo: Photo,
) {
  const arrays = {
    keypoints: new Float32Array(order.length * 4),
    descriptors: new Uint8Array(order.length * 128),
    colors: new Uint8Array(order.length * 3),
  };
  const scaleX = photo.width / image.width;
  const scaleY = photo.height / image.height;
  order.forEach((from, to) => {
    const [x, y, sigma, angle] = features.keypoints.subarray(from * 4, from * 4 + 4) as unknown as number[];
    arrays.keypoints.set([x! * scaleX, y! * scaleY, sigma! * Math.sqrt(scaleX * scaleY), angle!], to * 4);
    arrays.descriptors.set(features.descriptors.subarray(from * 128, (from + 1) * 128), to * 128);
    const pixel = Math.floor(y!) * image.width + Math.floor(x!);
    arrays.colors.set(image.rgb.subarray(pixel * 3, pixel * 3 + 3), to * 3);
  });
  return arrays;
}
