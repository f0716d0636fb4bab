/**
 * Orders names as people do: `photo2` before `photo10`, case aside. Independent of the machine's locale; names that differ only
 * in case or leading zeros are ordered by their code units, so the order is total.
 *
 * @returns negative, zero or positive, as `Array.sort` wants it
 */
export function compareNatural(a: string, b: string): number {
  const partsA = split(a);
  const partsB = split(b);
  for (let i = 0; i < Math.min(partsA.length, partsB.length); i++) {
    const [partA, partB] = [partsA[i] ?? '', partsB[i] ?? ''];
    const bothNumbers = /^\d/.test(partA) && /^\d/.test(partB);
    const order = bothNumbers ? compareDigits(partA, partB) : compareText(partA, partB);
    if (order !== 0) return order;
  }
  return partsA.length - partsB.length || compareText(a, b);
}

const split = (name: string) => name.toLowerCase().match(/\d+|\D+/g) ?? [];

const compareText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** By value, of any length: no conversion to a number that would round. */
function compareDigits(a: string, b: string): number {
  const [valueA, valueB] = [a.replace(/^0+/, ''), b.replace(/^0+/, '')];
  return valueA.length - valueB.length || compareText(valueA, valueB);
}
