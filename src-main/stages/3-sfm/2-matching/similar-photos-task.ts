export interface SimilarPhotosInput {
  /** Float32Array[photos*length] in shared memory, unit. */
  readonly descriptors: Float32Array;
  readonly length: number;
  /** Photos to find similar ones for: start .. end - 1. */
  readonly start: number;
  readonly end: number;
  /** How many for each. */
  readonly count: number;
}

/** @returns for each photo the indices of the most similar ones, best first; ties by index */
export function run({ descriptors, length, start, end, count }: SimilarPhotosInput): number[][] {
  const photoCount = descriptors.length / length;
  return Array.from({ length: end - start }, (_, row) => {
    const i = start + row;
    const similarities = Float64Array.from({ length: photoCount }, (_, j) => {
      let product = 0;
      for (let d = 0; d < length; d++) product += descriptors[i * length + d]! * descriptors[j * length + d]!;
      return product;
    });
    return Array.from({ length: photoCount }, (_, j) => j)
      .filter((j) => j !== i)
      .sort((a, b) => similarities[b]! - similarities[a]! || a - b)
      .slice(0, count);
  });
}
