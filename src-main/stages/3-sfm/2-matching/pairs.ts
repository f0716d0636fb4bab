/** Ids of two photos, the smaller first. */
export type PhotoPair = readonly [first: number, second: number];

/** Each photo with each. */
export function allPairs(photos: readonly { readonly photoId: number }[]): PhotoPair[] {
  const ids = photos.map(({ photoId }) => photoId).sort((a, b) => a - b);
  return ids.flatMap((first, i) => ids.slice(i + 1).map((second): PhotoPair => [first, second]));
}

/** Photos of a block: a worker that matches two blocks with each other keeps the descriptors of both in memory. */
const BLOCK_SIZE = 16;
/** Pairs of a batch: some 100 to 300 ms. */
const BATCH_SIZE = 12;

/** Orders pairs so that neighbours in the list share photos, and cuts the list into batches. */
export function batchPairs(pairs: readonly PhotoPair[]): PhotoPair[][] {
  const blockOf = (id: number) => Math.floor(id / BLOCK_SIZE);
  const ordered = [...pairs].sort(
    ([a0, a1], [b0, b1]) => blockOf(a0) - blockOf(b0) || blockOf(a1) - blockOf(b1) || a0 - b0 || a1 - b1,
  );
  const batches: PhotoPair[][] = [];
  for (let i = 0; i < ordered.length; i += BATCH_SIZE) batches.push(ordered.slice(i, i + BATCH_SIZE));
  return batches;
}
