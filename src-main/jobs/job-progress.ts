/** Where the stages' own share of the bar ends: the rest is for publishing what they made. */
const EXPORTED = 90;
const POST_PROCESSED = 0.8;

/**
 * A job's progress in percent as people know it from the first Atlas: sparse 30, dense 60, post-processing 80, export 90, done
 * 100. The run's own bar has the same milestones up to post-processing and ends with the export.
 *
 * @param fraction of the run, 0..1
 * @returns 0..90
 */
export function jobProgress(fraction: number): number {
  const percent =
    fraction <= POST_PROCESSED
      ? fraction * 100
      : POST_PROCESSED * 100 + ((fraction - POST_PROCESSED) / (1 - POST_PROCESSED)) * (EXPORTED - POST_PROCESSED * 100);
  return Math.round(percent * 10) / 10;
}
