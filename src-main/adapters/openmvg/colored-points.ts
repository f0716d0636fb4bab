import { StudioError } from '../../../src-shared/errors/studio-error.js';

/** Digits after the point that are compared: the file has sixteen, of which the last are rounding. */
const DIGITS = 9;
const keyOf = (X: readonly number[]) => X.map((value) => value.toFixed(DIGITS)).join(' ');

/**
 * Colours of points by their position, from the text PLY that ComputeSfM_DataColor writes (`x y z red green blue` a line; the
 * cameras follow as points of their own). The points have no ids there.
 *
 * @throws TOOL_OUTPUT_UNREADABLE
 */
export function parseColoredPoints(text: string): (X: readonly number[]) => readonly number[] | undefined {
  const [header, body] = text.split(/^end_header\r?\n/m);
  if (!header?.startsWith('ply') || body === undefined || !/^format ascii/m.test(header)) {
    throw new StudioError('TOOL_OUTPUT_UNREADABLE', { message: 'OpenMVG wrote colours that cannot be read.' });
  }
  const colors = new Map<string, number[]>();
  for (const line of body.split('\n')) {
    const values = line.trim().split(/\s+/).map(Number);
    if (values.length >= 6 && values.every(Number.isFinite)) colors.set(keyOf(values.slice(0, 3)), values.slice(3, 6));
  }
  return (X) => colors.get(keyOf(X));
}
