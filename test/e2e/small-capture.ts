import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { makeCapture } from '#synthetic/make-capture.js';
import { runAtlas } from '../main/cli/run-atlas.js';

/** What the service's tests ask for, so that a run takes seconds. */
export const SMALL_OPTIONS = { tier: 'preview', triangles: 3000, textureSize: 256 } as const;

const SMALL_FLAGS = ['--tier', 'preview', '--triangles', '3000', '--texture-size', '256'];

/** Edge of the photos: about the least that the import takes. */
const SIZE_PX = 440;

/** Photos, and the model that `atlas reconstruct` makes of them with {@link SMALL_OPTIONS}. */
export interface SmallCapture {
  /** Absolute paths, in the order of their names. */
  readonly photos: readonly string[];
  readonly model: Buffer;
}

export async function makeSmallCapture(folder: string, photoCount: number): Promise<SmallCapture> {
  const capture = await makeCapture(join(folder, 'capture'), { photos: photoCount, sizePx: SIZE_PX });
  const direct = join(folder, 'direct');
  const { code, stderr } = await runAtlas(['reconstruct', capture.images, '--out', direct, ...SMALL_FLAGS]);
  expect(code, stderr).toBe(0);
  return {
    photos: capture.photoNames.map((name) => join(capture.images, name)),
    model: await readFile(join(direct, 'model.glb')),
  };
}
