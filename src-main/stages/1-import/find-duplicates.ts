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
 * Pairs of photos that look the same up to exposure and compression: their thumbprints correlate by `minCorrelation` and more.
 * The square of the photo count in dot products of 576 numbers.
 *
 * @param thumbprints of each photo (`photo-figures.ts`), unit length
 */
export function findLookalikes(
  thumbprints: readonly ArrayLike<number>[],
  minCorrelation: number,
): readonly (readonly [number, number])[] {
  const pairs: [number, number][] = [];
  for (let i = 0; i < thumbprints.length; i++) {
    for (let j = i + 1; j < thumbprints.length; j++) {
      if (correlation(thumbprints[i]!, thumbprints[j]!) >= minCorrelation) pairs.push([i, j]);
    }
  }
  return pairs;
}

/**
 * Puts together what pairs join, directly or by way of others.
 *
 * @returns groups of two and more, each in the order of `items`
 */
export function groupPairs<Item>(items: readonly Item[], pairs: Iterable<readonly [Item, Item]>): Item[][] {
  const parent = new Map(items.map((item) => [item, item]));
  const root = (item: Item): Item => {
    const above = parent.get(item);
    return above === undefined || above === item ? item : root(above);
  };
  for (const [a, b] of pairs) if (parent.has(a) && parent.has(b)) parent.set(root(a), root(b));
  const groups = new Map<Item, Item[]>();
  for (const item of items) {
    const group = groups.get(root(item)) ?? [];
    group.push(item);
    groups.set(root(item), group);
  }
  return [...groups.values()].filter(({ length }) => length > 1);
}

/** @param a unit length @param b likewise */
export function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
