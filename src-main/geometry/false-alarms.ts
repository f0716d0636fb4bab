/** log10 of k! for k < length, grown on demand. */
const logFactorials: number[] = [0];

function logFactorial(k: number): number {
  for (let i = logFactorials.length; i <= k; i++) logFactorials.push(logFactorials[i - 1]! + Math.log10(i));
  return logFactorials[k]!;
}

const logBinomial = (n: number, k: number) => logFactorial(n) - logFactorial(k) - logFactorial(n - k);

/**
 * How many models as good as this one chance alone would give: the expected number of false alarms (NFA). Above 1 or so, a
 * geometry means nothing.
 *
 * Based on: Moisan & Stival, A Probabilistic Criterion to Detect Rigid Point Matches Between Two Images, IJCV 2004, Eq. 9.
 *
 * @param count matches
 * @param inliers of them, at least sampleSize
 * @param sampleSize of the minimal solver, and the number of models it gives
 * @param chance probability that a random match fits: for an epipolar geometry 2 threshold diagonal / area of the image
 * @returns log10 of the NFA
 */
export function logFalseAlarms(
  count: number,
  inliers: number,
  sampleSize: number,
  modelsPerSample: number,
  chance: number,
): number {
  return (
    Math.log10(modelsPerSample * Math.max(1, count - sampleSize)) +
    logBinomial(count, inliers) +
    logBinomial(inliers, sampleSize) +
    (inliers - sampleSize) * Math.log10(Math.min(1, chance))
  );
}
