/**
 * Photos that are byte for byte the same as an earlier one.
 *
 * @param hashes SHA-256 of each photo
 * @returns for each photo the index of its original, undefined where it is one itself
 */
export function findCopies(hashes: readonly string[]): (number | undefined)[] {
  const first = new Map<string, number>();
  return hashes.map((hash, index) => {
    const original = first.get(hash);
    if (original === undefined) first.set(hash, index);
    return original;
  });
}

/**
 * Groups of photos that look the same up to exposure and compression: connected by thumbprints that correlate by more than
 * `minCorrelation`. The square of the photo count in dot products of 576 numbers.
 *
 * @param thumbprints of each photo (`photo-figures.ts`), unit length
 * @returns groups of two and more indices, ascending
 */
export function findNearDuplicates(thumbprints: readonly (readonly number[])[], minCorrelation: number): number[][] {
  const group = thumbprints.map((_, index) => index);
  const root = (index: number): number => (group[index] === index ? index : root(group[index]!));
  for (let i = 0; i < thumbprints.length; i++) {
    for (let j = i + 1; j < thumbprints.length; j++) {
      if (correlation(thumbprints[i]!, thumbprints[j]!) < minCorrelation) continue;
      const [a, b] = [root(i), root(j)];
      group[Math.max(a, b)] = Math.min(a, b);
    }
  }
  return [...groupByRoot(group.map((_, index) => root(index))).values()].filter(({ length }) => length > 1);
}

function groupByRoot(roots: readonly number[]): Map<number, number[]> {
  const members = new Map<number, number[]>();
  roots.forEach((root, index) => {
    members.set(root, [...(members.get(root) ?? []), index]);
  });
  return members;
}

function correlation(a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
