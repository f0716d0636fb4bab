/**
 * Index of the word nearest to a descriptor; ties go to the first.
 *
 * @param descriptors Uint8Array[n*128]  @param i index of the descriptor  @param words Float32Array[w*128]
 */
export function nearestWord(descriptors: Uint8Array, i: number, words: Float32Array): number {
  let best = 0;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (let w = 0; w * 128 < words.length; w++) {
    let distance = 0;
    for (let d = 0; d < 128; d++) {
      const difference = descriptors[i * 128 + d]! - words[w * 128 + d]!;
      distance += difference * difference;
    }
    if (distance < bestDistance) {
      bestDistance = distance;
      best = w;
    }
  }
  return best;
}
