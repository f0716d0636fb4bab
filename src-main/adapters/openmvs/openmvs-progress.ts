/** What a line of OpenMVS's output tells, if anything. */
export interface OpenMvsNews {
  /** What is counted, in lower case, e.g. `estimated depth-maps`. */
  readonly step: string;
  /** 0..1 */
  readonly fraction: number;
}

/** Reads `Estimated depth-maps 12 (25.53%, 55s, ETA 2m)...`, which carriage returns follow. */
export function openMvsNews(line: string): OpenMvsNews | undefined {
  const match = /^(\D+?) \d+ \((\d+(?:\.\d+)?)%/.exec(line.trim());
  return match ? { step: match[1]!.toLowerCase(), fraction: Math.min(1, Number(match[2]) / 100) } : undefined;
}
