/** What a line of OpenMVG's output tells, if anything. */
export type OpenMvgNews =
  /** @prop fraction of one of the program's own passes, 0..1, in steps of a tenth or more; `pass` is its name */
  | { readonly kind: 'pass'; readonly pass: string; readonly fraction: number }
  /** The incremental solver tries the next photo. */
  | { readonly kind: 'photo-tried' }
  | { readonly kind: 'listed'; readonly usable: number }
  | { readonly kind: 'tracks'; readonly count: number };

/** Reads a line of the programs of 2024, or of those before, which have no prefix. */
export function openMvgNews(line: string): OpenMvgNews | undefined {
  // INFO: [loggerprogress.hpp:79] [- Matching -] 40%; one pass has lost the end of its name, another its dashes.
  const pass = /\[-? ?([^\][]+?) ?-?\] (\d+)%/.exec(line);
  if (pass) return { kind: 'pass', pass: pass[1]!.toLowerCase(), fraction: Math.min(1, Number(pass[2]) / 100) };
  if (/Trying robust Resection of view/.test(line)) return { kind: 'photo-tried' };
  const listed = /usable #File\(s\) listed in sfm_data: (\d+)/.exec(line);
  if (listed) return { kind: 'listed', usable: Number(listed[1]) };
  const tracks = /Tracks number: (\d+)/.exec(line);
  return tracks ? { kind: 'tracks', count: Number(tracks[1]) } : undefined;
}
