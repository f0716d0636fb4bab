/** What a line of COLMAP's output tells, if anything. */
export type ColmapNews =
  | { readonly kind: 'photo-read'; readonly done: number; readonly of: number }
  /** @prop fraction of the matching, 0..1 */
  | { readonly kind: 'matched'; readonly fraction: number }
  | { readonly kind: 'registered'; readonly photos: number }
  /** An image undistorted, its depth computed or fused. */
  | { readonly kind: 'view-done'; readonly done: number; readonly of: number }
  | { readonly kind: 'no-model' };

/** Reads a line as COLMAP 3.8 prints it to standard output, or later versions behind a log prefix to standard error. */
export function colmapNews(line: string): ColmapNews | undefined {
  const read = /Processed file \[(\d+)\/(\d+)\]/.exec(line);
  if (read) return { kind: 'photo-read', done: Number(read[1]), of: Number(read[2]) };
  // Block [i, j] of n by n has begun, or has been done: row by row. With commas inside, counted from 1.
  const block = /Matching block \[(\d+)\/(\d+), (\d+)\/(\d+)\]/.exec(line)?.slice(1).map(Number);
  if (block) {
    const [row, rows, column, columns] = block as [number, number, number, number];
    return { kind: 'matched', fraction: ((row - 1) * columns + column) / (rows * columns) };
  }
  const image = /Matching image \[(\d+)\/(\d+)\]/.exec(line);
  if (image) return { kind: 'matched', fraction: Number(image[1]) / Number(image[2]) };
  const view = /(?:Undistorting image|Processing view|Fusing image) \[(\d+)\/(\d+)\]/.exec(line);
  if (view) return { kind: 'view-done', done: Number(view[1]), of: Number(view[2]) };
  // In parentheses: how many photos the model will have with it.
  const registered = /Registering image #\d+ \((?:\w+=)?(\d+)\)/.exec(line);
  if (registered) return { kind: 'registered', photos: Number(registered[1]) };
  return /failed to create (any )?sparse model/i.test(line) ? { kind: 'no-model' } : undefined;
}
