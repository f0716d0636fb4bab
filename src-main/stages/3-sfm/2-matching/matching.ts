import { rm } from 'node:fs/promises';
import { StudioError } from '../../../../src-shared/errors/studio-error.js';
import type { PhotoFeatures, PutativeMatches } from '../../../../src-shared/scene/features.js';
import type { Photo, Warning } from '../../../../src-shared/scene/photo.js';
import type { HashOptions } from '../../../kernels/match-descriptors/hash-tables.js';
import type { Stage, StageContext } from '../../../pipeline/stage.js';
import type { HashPhotoInput } from './hash-photo-task.js';
import type { MatchPairsInput } from './match-pairs-task.js';
import { meanDescriptor } from './mean-descriptor.js';
import { mergeMatches } from './merge-matches.js';
import { allPairs, batchPairs, type PhotoPair } from './pairs.js';
import { pairsOfSimilarPhotos, type RetrievalOptions } from './retrieval.js';

export interface MatchingInput {
  readonly photos: readonly Photo[];
  readonly features: readonly PhotoFeatures[];
}

export interface MatchingOptions extends HashOptions, RetrievalOptions {
  /** Up to so many photos, each is matched with each. */
  readonly exhaustiveUpTo: number;
  /** Largest distance of a match's descriptors over that of the second nearest (Lowe 2004). */
  readonly maxRatio: number;
  /** Largest angle between a match's descriptors, as a distance of unit vectors. */
  readonly maxDistance: number;
  /** Pairs with fewer matches are left out. */
  readonly minMatches: number;
}

/**
 * Measured on pairs with few matches (saharov 4 apart, dancing-girl 5 apart with masks, temple 4 apart): share of the matches of
 * an exhaustive search that are found, and CPU time of a saharov pair of 8000 x 8000 descriptors, on a busy machine:
 * 12 tables of 8 bits, 12 compared: 93, 95, 97 %, 34 ms; 16 of 8, 12: 96, 97, 98 %, 43 ms; 16 of 9, 12: 95, 93, 97 %, 31 ms;
 * 24 of 10, 12: 97, 96, 98 %, 38 ms; 24 of 10, 8: 97, 96, 98 %, 28 ms, but a quarter more wrong matches, for the second nearest is
 * missed. Exhaustive: 4300 ms.
 *
 * Not done: to match only the 1000 most important features first and to leave out pairs with fewer than 4 such matches (Wu,
 * "Towards linear-time incremental structure from motion", 3DV 2013). It would spare about a
 * fifth of saharov's pairs and lose 11 or 12 good ones.
 */
const HASH_DEFAULTS: HashOptions = { tableCount: 24, bucketBits: 10, comparedCount: 12 };

export const MATCHING_DEFAULTS: MatchingOptions = {
  ...HASH_DEFAULTS,
  exhaustiveUpTo: 80,
  similarCount: 30,
  sequentialCount: 5,
  wordCount: 32,
  maxRatio: 0.8,
  maxDistance: 0.7,
  minMatches: 15,
};

export interface MatchingOutput {
  readonly matches: PutativeMatches;
  readonly report: {
    readonly pairSelection: 'all' | 'similar';
    readonly triedPairCount: number;
    readonly pairCount: number;
    readonly matchCount: number;
    readonly medianMatchCount: number;
    /** Photos without a pair. */
    readonly isolatedPhotoCount: number;
  };
  readonly warnings: readonly Warning[];
}

/**
 * Matches the descriptors of pairs of photos:
 * 1. hash each photo's descriptors (cascade hashing, Cheng et al. 2014);
 * 2. choose the pairs: all, or for many photos those that look alike (VLAD, Jegou et al. 2010) and those taken in succession;
 * 3. match pairs both ways, with ratio test (Lowe 2004), in batches;
 * 4. join the batches.
 *
 * @throws SFM_NO_OVERLAP when no pair has matches
 */
export const matchingStage: Stage<MatchingInput, MatchingOptions, MatchingOutput> = {
  id: 'matching',
  revision: 1,
  defaults: MATCHING_DEFAULTS,
  async run({ photos, features }, options, context) {
    const hashFiles = await hashPhotos(features, options, context);

    const isExhaustive = photos.length <= options.exhaustiveUpTo;
    const pairs = isExhaustive
      ? allPairs(photos)
      : await pairsOfSimilarPhotos(photos, features, options, context, HASHING_SHARE);

    const batches = batchPairs(pairs);
    const batchFiles = await matchBatches(batches, features, hashFiles, options, context);

    const merged = await mergeMatches(batchFiles, options.minMatches);
    const pairCount = merged.counts.length;
    if (pairCount === 0) throw new StudioError('SFM_NO_OVERLAP', { details: { triedPairCount: pairs.length } });
    const file = await context.folder.writeArrays('matches.bin', { meta: { pairCount }, arrays: merged.arrays });
    await Promise.all([...hashFiles.values(), ...batchFiles].map((path) => rm(path, { force: true })));

    const counts = [...merged.counts].sort((a, b) => a - b);
    const matched = new Set(merged.arrays.pairs);
    const isolated = photos.filter(({ photoId }) => !matched.has(photoId)).map(({ name }) => name);
    const matchCount = merged.arrays.matches.length / 2;
    return {
      matches: { file, pairCount, matchCount },
      report: {
        pairSelection: isExhaustive ? 'all' : 'similar',
        triedPairCount: pairs.length,
        pairCount,
        matchCount,
        medianMatchCount: counts[counts.length >> 1]!,
        isolatedPhotoCount: isolated.length,
      },
      warnings:
        isolated.length === 0
          ? []
          : [{ code: 'PHOTO_NO_MATCH', message: 'Photos show nothing that another photo shows.', photos: isolated }],
    };
  },
};

/** Share of the stage's progress that hashing takes. */
const HASHING_SHARE = 0.1;

/** @returns absolute path of the hash file of each photo by its id */
async function hashPhotos(
  features: readonly PhotoFeatures[],
  options: MatchingOptions,
  context: StageContext,
): Promise<ReadonlyMap<number, string>> {
  const { folder, kernels, signal } = context;
  const mean = await meanDescriptor(features.map(({ file }) => folder.resolve(file)));
  const files = new Map(features.map(({ photoId }) => [photoId, folder.path(`hash-${photoId}.bin`)]));
  const missing = features.filter(({ photoId }) => !folder.has(`hash-${photoId}.bin`));
  await kernels.map<HashPhotoInput, void>(
    new URL('./hash-photo-task.js', import.meta.url),
    missing.map(({ photoId, file }) => ({
      featureFile: folder.resolve(file),
      hashFile: files.get(photoId)!,
      mean,
      options,
    })),
    signal,
    (done) => context.progress((HASHING_SHARE * done) / missing.length, 'Preparing'),
  );
  return files;
}

/** @returns absolute paths of the batches' match files, in order */
async function matchBatches(
  batches: readonly (readonly PhotoPair[])[],
  features: readonly PhotoFeatures[],
  hashFiles: ReadonlyMap<number, string>,
  options: MatchingOptions,
  context: StageContext,
): Promise<string[]> {
  const { folder, kernels, signal } = context;
  const featureFiles = new Map(features.map(({ photoId, file }) => [photoId, folder.resolve(file)]));
  const names = batches.map((_, i) => `batch-${i}.bin`);
  const missing = batches.flatMap((pairs, i) => (folder.has(names[i]!) ? [] : [{ pairs, name: names[i]! }]));
  const filesOf = (photoId: number) => ({
    featureFile: featureFiles.get(photoId)!,
    hashFile: hashFiles.get(photoId)!,
  });
  await kernels.map<MatchPairsInput, void>(
    new URL('./match-pairs-task.js', import.meta.url),
    missing.map(({ pairs, name }) => ({
      pairs: pairs.map(([first, second]) => ({
        firstId: first,
        secondId: second,
        first: filesOf(first),
        second: filesOf(second),
      })),
      batchFile: folder.path(name),
      options,
    })),
    signal,
    (done) => {
      const ready = batches.length - missing.length + done;
      context.progress(HASHING_SHARE + ((1 - HASHING_SHARE) * ready) / batches.length, 'Comparing photos');
    },
  );
  return names.map((name) => folder.path(name));
}
