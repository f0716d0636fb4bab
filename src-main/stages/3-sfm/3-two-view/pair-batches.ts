/**
 * Cuts pairs into runs of about the same work, for the worker threads. The cut depends on the matches alone, so that a batch
 * that an interrupted run left behind is the same batch in the next.
 *
 * @param offsets Uint32Array[p+1] of the pairs' matches
 * @returns [from, to) of each batch
 */
export function pairBatches(offsets: Uint32Array): [number, number][] {
  const batches: [number, number][] = [];
  let from = 0;
  let work = 0;
  for (let pair = 0; pair + 1 < offsets.length; pair++) {
    work += PAIR_WORK + (offsets[pair + 1]! - offsets[pair]!);
    if (work >= BATCH_WORK || pair + 2 === offsets.length) {
      batches.push([from, pair + 1]);
      from = pair + 1;
      work = 0;
    }
  }
  return batches;
}

/** What a pair costs besides its matches, in matches. */
const PAIR_WORK = 300;
/** About 100 ms. */
const BATCH_WORK = 6000;
