import type { PhotoFeatures } from '../../../../src-shared/scene/features.js';
import type { Photo } from '../../../../src-shared/scene/photo.js';
import { readArrays } from '../../../formats/arrays/array-file.js';
import type { StageContext } from '../../../pipeline/stage.js';
import type { GlobalDescriptorInput } from './global-descriptor-task.js';
import type { PhotoPair } from './pairs.js';
import type { SimilarPhotosInput } from './similar-photos-task.js';
import type { VocabularyInput } from './vocabulary-task.js';

export interface RetrievalOptions {
  /** Each photo is matched with so many of those that look most like it. */
  readonly similarCount: number;
  /** And with so many taken after it. */
  readonly sequentialCount: number;
  /** Words of the vocabulary. */
  readonly wordCount: number;
}

const MAX_VOCABULARY_PHOTOS = 100;
const DESCRIPTORS_A_PHOTO = 200;
const ROWS_A_TASK = 50;

/**
 * Pairs of photos that look alike or were taken in succession; their number grows in proportion to the photos'.
 *
 * Based on: H. Jegou, M. Douze, C. Schmid, P. Perez, "Aggregating local descriptors into a compact image representation", CVPR 2010.
 * 1. learn a vocabulary from the best descriptors of photos spread over the set;
 * 2. describe each photo by its descriptors' differences from their words;
 * 3. each photo's most similar ones.
 *
 * @param startFraction of the stage's progress when this begins
 */
export async function pairsOfSimilarPhotos(
  photos: readonly Photo[],
  features: readonly PhotoFeatures[],
  options: RetrievalOptions,
  context: StageContext,
  startFraction: number,
): Promise<PhotoPair[]> {
  const { folder, kernels, signal } = context;
  context.progress(startFraction, 'Looking for similar photos');
  const featureFiles = features.map(({ file }) => folder.resolve(file));

  const words = await kernels.run<VocabularyInput, Float32Array>(
    new URL('./vocabulary-task.js', import.meta.url),
    {
      descriptors: await sampleDescriptors(featureFiles),
      wordCount: options.wordCount,
      seed: context.seed,
    },
    signal,
  );

  const descriptors = await kernels.map<GlobalDescriptorInput, Float32Array>(
    new URL('./global-descriptor-task.js', import.meta.url),
    featureFiles.map((featureFile) => ({ featureFile, words })),
    signal,
  );

  const length = options.wordCount * 128;
  const shared = new Float32Array(new SharedArrayBuffer(4 * length * photos.length));
  for (const [i, descriptor] of descriptors.entries()) shared.set(descriptor, i * length);
  const starts = Array.from({ length: Math.ceil(photos.length / ROWS_A_TASK) }, (_, i) => i * ROWS_A_TASK);
  const similar = await kernels.map<SimilarPhotosInput, number[][]>(
    new URL('./similar-photos-task.js', import.meta.url),
    starts.map((start) => ({
      descriptors: shared,
      length,
      start,
      end: Math.min(start + ROWS_A_TASK, photos.length),
      count: options.similarCount,
    })),
    signal,
  );

  const pairs = new Set<number>();
  const add = (i: number, j: number) => pairs.add(Math.min(i, j) * photos.length + Math.max(i, j));
  for (const [i, list] of similar.flat().entries()) for (const j of list) add(i, j);
  const order = captureOrder(photos);
  for (const [at, i] of order.entries()) {
    for (const j of order.slice(at + 1, at + 1 + options.sequentialCount)) add(i, j);
  }
  return [...pairs]
    .sort((a, b) => a - b)
    .map((pair): PhotoPair => {
      const ids = [photos[Math.floor(pair / photos.length)]!.photoId, photos[pair % photos.length]!.photoId];
      return [Math.min(...ids), Math.max(...ids)];
    });
}

/** Indices of the photos by time of capture where all have one, else as they are listed. */
function captureOrder(photos: readonly Photo[]): number[] {
  const indices = photos.map((_, i) => i);
  if (photos.some(({ capturedAt }) => capturedAt === undefined)) return indices;
  const timeOf = (i: number) => photos[i]!.capturedAt ?? '';
  return indices.sort((a, b) => (timeOf(a) < timeOf(b) ? -1 : timeOf(a) > timeOf(b) ? 1 : a - b));
}

/** @returns Uint8Array[n*128] */
async function sampleDescriptors(featureFiles: readonly string[]): Promise<Uint8Array> {
  const step = Math.max(1, featureFiles.length / MAX_VOCABULARY_PHOTOS);
  const parts: Uint8Array[] = [];
  for (let at = 0; at < featureFiles.length; at += step) {
    const { arrays } = await readArrays<{ descriptors: Uint8Array }>(featureFiles[Math.floor(at)]!);
    parts.push(arrays.descriptors.slice(0, DESCRIPTORS_A_PHOTO * 128));
  }
  return new Uint8Array(Buffer.concat(parts));
}
