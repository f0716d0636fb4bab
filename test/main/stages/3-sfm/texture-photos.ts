import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll } from 'vitest';
import type { KernelPool } from '#main/kernels/pool/kernel-pool.js';
import { SILENT_LOG } from '#main/logging/log.js';
import type { StageContext } from '#main/pipeline/stage.js';
import { StageFolder } from '#main/workspace/stage-folder.js';
import type { Photo } from '#shared/scene/photo.js';
import { SpotTexture } from '../../kernels/sift/textured-image.js';

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

/** A folder that goes with the tests of the file. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'atlas-sfm-'));
  folders.push(folder);
  return folder;
}

export function testContext(workspace: string, id: string, kernels: KernelPool): StageContext {
  return {
    signal: new AbortController().signal,
    progress() {},
    log: SILENT_LOG,
    preview() {},
    kernels,
    seed: 1,
    folder: new StageFolder(workspace, id),
  };
}

/** Writes PNG photos of one textured plane (by seed), each shifted by `shift` pixels against the last. */
export async function writePhotos(
  folder: string,
  seeds: readonly number[],
  shift = { dx: 5.3, dy: 2.6 },
): Promise<Photo[]> {
  const [width, height] = [320, 320];
  const photos: Photo[] = [];
  for (const [photoId, seed] of seeds.entries()) {
    const name = `photo ${photoId}.png`;
    const map = { scale: 1, turn: 0, dx: photoId * shift.dx, dy: photoId * shift.dy };
    const { rgb } = new SpotTexture(seed, 320, 700).draw(width, height, map);
    await sharp(rgb, { raw: { width, height, channels: 3 } })
      .png()
      .toFile(join(folder, name));
    const path = join(folder, name);
    photos.push({ photoId, name, path, sha256: '', width, height, cameraId: 1, sharpness: 1 });
  }
  return photos;
}
