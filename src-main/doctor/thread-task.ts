/** Shows that a worker thread runs and answers. */
export const run = (factor: number): number => factor * 7;
