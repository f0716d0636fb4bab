import { readArrays } from '../../../formats/arrays/array-file.js';

type MatchArrays = {
  readonly pairs: Uint32Array;
  readonly offsets: Uint32Array;
  readonly matches: Uint32Array;
};

/**
 * Joins the match files of the batches into the arrays of `PutativeMatches`: pairs in ascending order, those with too few matches
 * left out.
 *
 * @param batchFiles absolute paths
 * @returns the arrays, and the number of matches of each pair
 */
export async function mergeMatches(
  batchFiles: readonly string[],
  minMatches: number,
): Promise<{ readonly arrays: MatchArrays; readonly counts: readonly number[] }> {
  const entries: { readonly first: number; readonly second: number; readonly matches: Uint32Array }[] = [];
  for (const file of batchFiles) {
    const { pairs, offsets, matches } = (await readArrays<MatchArrays>(file)).arrays;
    for (let i = 0; i + 1 < offsets.length; i++) {
      const list = matches.subarray(offsets[i]! * 2, offsets[i + 1]! * 2);
      if (list.length / 2 >= minMatches)
        entries.push({ first: pairs[i * 2]!, second: pairs[i * 2 + 1]!, matches: list });
    }
  }
  entries.sort((a, b) => a.first - b.first || a.second - b.second);

  const counts = entries.map(({ matches }) => matches.length / 2);
  const offsets = new Uint32Array(entries.length + 1);
  for (const [i, count] of counts.entries()) offsets[i + 1] = offsets[i]! + count;
  const matches = new Uint32Array(offsets[entries.length]! * 2);
  for (const [i, entry] of entries.entries()) matches.set(entry.matches, offsets[i]! * 2);
  const pairs = Uint32Array.from(entries.flatMap(({ first, second }) => [first, second]));
  return { arrays: { pairs, offsets, matches }, counts };
}
