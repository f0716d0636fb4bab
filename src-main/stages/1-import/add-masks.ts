import type { Photo, Warning } from '../../../src-shared/scene/photo.js';
import type { StageContext } from '../../pipeline/stage.js';
import type { ImportedMask, ImportMaskInput } from './import-mask.js';
import type { ImportOptions } from './import-options.js';
import type { SourceFile } from './list-photos.js';
import { matchMasks } from './match-masks.js';

const MASK_TASK = new URL('./import-mask-task.js', import.meta.url);

/**
 * Gives the photos their masks and says which masks are missing or unusable.
 *
 * @param sources path of each photo's original file
 * @param masks the user's mask files; undefined where none were given
 */
export async function addMasks(
  photos: readonly Photo[],
  sources: readonly string[],
  masks: readonly SourceFile[] | undefined,
  options: ImportOptions,
  { folder, kernels, signal }: StageContext,
  progress: (fraction: number, note: string) => void,
): Promise<{ photos: readonly Photo[]; warnings: readonly Warning[] }> {
  if (masks === undefined) return { photos, warnings: [] };
  const maskPaths = matchMasks(
    sources,
    masks.map(({ path }) => path),
  );
  const maskFile = (photoId: number) => `mask-${String(photoId).padStart(5, '0')}.png`;
  const given = photos.filter(({ photoId }) => maskPaths[photoId] !== undefined);
  const inputs = given.map(
    ({ photoId, width, height }): ImportMaskInput => ({
      path: maskPaths[photoId]!,
      importedPath: folder.path(maskFile(photoId)),
      photoWidth: width,
      photoHeight: height,
      maxPixels: options.maxPixels,
    }),
  );
  const results = await kernels.map<ImportMaskInput, ImportedMask>(MASK_TASK, inputs, signal, (done) =>
    progress(done / inputs.length, `${done} of ${inputs.length} masks`),
  );
  const byPhoto = new Map(given.map(({ photoId }, i) => [photoId, results[i]!]));
  const withMasks = photos.map((photo) => {
    const mask = byPhoto.get(photo.photoId);
    if (!mask?.usable) return photo;
    return { ...photo, maskPath: folder.path(maskFile(photo.photoId)), maskSha256: mask.sha256 };
  });
  return { photos: withMasks, warnings: maskWarnings(photos, byPhoto) };
}

function maskWarnings(photos: readonly Photo[], byPhoto: ReadonlyMap<number, ImportedMask>): Warning[] {
  const warnings: Warning[] = [];
  const missing = photos.filter(({ photoId }) => !byPhoto.has(photoId)).map(({ name }) => name);
  if (missing.length > 0) {
    const message = `${missing.length} of ${photos.length} photos have no mask and count as object everywhere.`;
    warnings.push({ code: 'MASK_MISSING', message, photos: missing });
  }
  for (const { photoId, name } of photos) {
    const mask = byPhoto.get(photoId);
    if (mask === undefined || (mask.usable && mask.whiteShare > 0)) continue;
    const reason = mask.usable ? 'it is black everywhere, so the photo shows no object' : mask.reason;
    warnings.push({ code: 'MASK_UNREADABLE', message: `The mask of ${name}: ${reason}.`, photos: [name] });
  }
  return warnings;
}
