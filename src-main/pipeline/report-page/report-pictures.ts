import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import type { Photo } from '../../../src-shared/scene/photo.js';

/** Pictures of the page, as data URIs. */
export interface ReportPictures {
  /** A rendering of the model. */
  readonly preview?: string;
  /** A small picture of each photo that can be shown, by name. */
  readonly thumbnails: ReadonlyMap<string, string>;
  readonly comparisons: readonly Comparison[];
}

/** A photo and the model rendered through its camera. */
export interface Comparison {
  readonly name: string;
  readonly photo: string;
  readonly render: string;
}

export interface PictureSources {
  readonly previewPath?: string;
  readonly photos: readonly Photo[];
  /** Each an image of photo and rendering side by side. */
  readonly pairs: readonly { readonly name: string; readonly path: string }[];
}

const THUMBNAIL_PX = 168;
const PREVIEW_PX = 1120;
const COMPARISON_PX = 720;
/** Beyond, the page would be too heavy to open; the table still lists every photo. */
const MAX_THUMBNAILS = 240;

/** Reads and reduces the pictures. One that cannot be read is left out: a report never fails for a picture. */
export async function loadReportPictures({ previewPath, photos, pairs }: PictureSources): Promise<ReportPictures> {
  const preview = previewPath === undefined ? undefined : await picture(previewPath, PREVIEW_PX, PREVIEW_PX);
  const thumbnails = new Map<string, string>();
  for (const { name, path } of photos.slice(0, MAX_THUMBNAILS)) {
    const small = await picture(path, THUMBNAIL_PX, THUMBNAIL_PX);
    if (small !== undefined) thumbnails.set(name, small);
  }
  const comparisons: Comparison[] = [];
  for (const { name, path } of pairs) {
    const [photo, render] = [await half(path, 'left'), await half(path, 'right')];
    if (photo !== undefined && render !== undefined) comparisons.push({ name, photo, render });
  }
  return { thumbnails, comparisons, ...(preview === undefined ? {} : { preview }) };
}

async function half(path: string, side: 'left' | 'right'): Promise<string | undefined> {
  try {
    const image = sharp(await readFile(path));
    const { width, height } = await image.metadata();
    const part = { left: side === 'left' ? 0 : Math.ceil(width / 2), top: 0, width: Math.floor(width / 2), height };
    const fitted = image
      .extract(part)
      .resize(COMPARISON_PX, COMPARISON_PX, { fit: 'inside', withoutEnlargement: true });
    return dataUri('jpeg', await fitted.jpeg({ quality: 80, mozjpeg: true }).toBuffer());
  } catch {
    return undefined;
  }
}

async function picture(path: string, width: number, height: number): Promise<string | undefined> {
  try {
    const image = sharp(await readFile(path))
      .autoOrient()
      .resize(width, height, { fit: 'inside', withoutEnlargement: true });
    const { hasAlpha } = await image.metadata();
    const bytes = hasAlpha
      ? await image.webp({ quality: 86 }).toBuffer()
      : await image.jpeg({ quality: 80, mozjpeg: true }).toBuffer();
    return dataUri(hasAlpha ? 'webp' : 'jpeg', bytes);
  } catch {
    return undefined;
  }
}

const dataUri = (format: string, bytes: Buffer) => `data:image/${format};base64,${bytes.toString('base64')}`;
