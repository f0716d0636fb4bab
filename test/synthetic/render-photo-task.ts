import { writeFile } from 'node:fs/promises';
import sharp from 'sharp';
import type { CaptureOptions } from './capture-options.js';
import { makeObject } from './objects/make-object.js';
import { developPhoto } from './render/develop-photo.js';
import { renderPhoto, type Scene } from './render/render-photo.js';
import { seenVertices } from './seen-surface.js';
import { tableMesh } from './table-mesh.js';
import type { TrueCamera } from './true-camera.js';

sharp.concurrency(1);

export interface RenderPhotoInput {
  readonly index: number;
  readonly camera: TrueCamera;
  readonly options: CaptureOptions;
  /** Arrays are over shared memory. */
  readonly scene: Pick<Scene, 'mesh' | 'light'>;
  readonly gain: readonly [number, number, number];
  readonly photoPath: string;
  readonly maskPath: string;
}

/** Which vertices of object and table the photo sees. */
export interface RenderPhotoOutput {
  readonly object: Uint8Array;
  readonly table: Uint8Array;
}

/** Renders, develops and writes one photo and its mask. */
export async function run(input: RenderPhotoInput): Promise<RenderPhotoOutput> {
  const { camera, options, index } = input;
  const { lens } = camera;
  const { width, height } = lens;
  const blank = options.path === 'blank';
  const scene: Scene = { ...input.scene, object: makeObject(options.object, options.seed), seed: options.seed, blank };
  const { radiance, mask, raster } = renderPhoto(scene, camera, options.supersampling);
  const { gain } = input;
  const seed = options.seed * 1009 + index;
  const rgb = developPhoto(radiance, { width, height, gain, blurPx: options.blurPx, noise: options.noise, seed });

  // Stored as the sensor lay: turned back from upright by what EXIF asks viewers to turn.
  const turn = { 1: 0, 3: 180, 6: 270, 8: 90 }[lens.orientation];
  let photo = sharp(rgb, { raw: { width, height, channels: 3 } }).rotate(turn);
  if (options.exif) photo = photo.withExif(exifOf(input)).withMetadata({ orientation: lens.orientation });
  await writeFile(input.photoPath, await photo.jpeg({ quality: options.jpegQuality }).toBuffer());
  const maskImage = sharp(mask, { raw: { width, height, channels: 1 } }).toColourspace('b-w');
  await writeFile(input.maskPath, await maskImage.png().toBuffer());
  return {
    object: seenVertices(input.scene.mesh, camera, raster),
    table: seenVertices(tableMesh(), camera, raster),
  };
}

function exifOf({ camera: { lens }, index }: RenderPhotoInput) {
  const seconds = String(index % 60).padStart(2, '0');
  const minutes = String(Math.floor(index / 60) % 60).padStart(2, '0');
  return {
    IFD0: { Make: lens.make, Model: lens.model },
    IFD2: {
      DateTimeOriginal: `2026:05:17 10:${minutes}:${seconds}`,
      FocalLengthIn35mmFilm: String(Math.ceil(lens.focal35mm)),
      FocalLength: '4240/1000',
    },
  };
}
