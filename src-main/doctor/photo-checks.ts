import { createRequire } from 'node:module';
import sharp from 'sharp';
import type { DoctorCheck } from '../../src-shared/api/doctor-schemas.js';

export async function checkImages(): Promise<DoctorCheck> {
  const about = { id: 'images', group: 'photos', title: 'Photos (JPEG, PNG, TIFF, WebP)' } as const;
  try {
    const jpeg = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#804020' } })
      .jpeg()
      .toBuffer();
    const { data } = await sharp(jpeg).raw().toBuffer({ resolveWithObject: true });
    if (data.length === 8 * 8 * 3) {
      return { ...about, state: 'good', detail: `can be read (libvips ${sharp.versions.vips})` };
    }
  } catch {
    // Told below.
  }
  return { ...about, state: 'bad', detail: 'cannot be read', remedy: 'Install the packages again: npm ci' };
}

export async function checkHeic(): Promise<DoctorCheck> {
  const about = { id: 'heic', group: 'photos', title: 'Photos of phones (HEIC)' } as const;
  try {
    createRequire(import.meta.url).resolve('libheif-js/wasm-bundle');
    return { ...about, state: 'good', detail: 'can be read' };
  } catch {
    const remedy = 'Install the packages again (npm ci), or convert the photos to JPEG.';
    return { ...about, state: 'remark', detail: 'cannot be read', remedy };
  }
}
