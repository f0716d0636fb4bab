import { readFile } from 'node:fs/promises';
import { StudioError } from '../../../src-shared/errors/studio-error.js';
import type { CameraPrior, FocalSource } from '../../../src-shared/scene/camera.js';
import type { Photo, RejectedPhoto, Warning } from '../../../src-shared/scene/photo.js';
import type { Stage, StageContext } from '../../pipeline/stage.js';
import { addMasks } from './add-masks.js';
import { findCopies } from './find-duplicates.js';
import { groupCameras } from './group-cameras.js';
import { IMPORT_DEFAULTS, type ImportOptions } from './import-options.js';
import type { InspectPhotoInput, PhotoInspection, UsablePhoto } from './inspect-photo.js';
import type { SourceFile } from './list-photos.js';
import { namePhotos } from './name-photos.js';
import { qualityWarnings } from './quality-warnings.js';

export interface ImportInput {
  /** From `listPhotos`, in the order in which the photos are numbered. */
  readonly photos: readonly SourceFile[];
  /** From `listMasks`, where the user gave masks. */
  readonly masks?: readonly SourceFile[];
}

export interface ImportOutput {
  readonly photos: readonly Photo[];
  readonly cameras: readonly CameraPrior[];
  readonly rejected: readonly RejectedPhoto[];
  readonly warnings: readonly Warning[];
  readonly report: {
    readonly given: number;
    readonly used: number;
    readonly rejected: number;
    readonly masks: number;
    readonly cameras: number;
    readonly focalSources: readonly FocalSource[];
    readonly medianMegapixels: number;
  };
}

/**
 * Takes the user's files in: 1. inspects every photo (format, size, damage, EXIF, sharpness), 2. leaves out what cannot be
 * used and exact copies, 3. groups the rest into cameras with focal priors, 4. finds and normalises masks, 5. remarks on
 * blur, exposure and near-duplicates.
 *
 * @throws INPUT_TOO_FEW_PHOTOS, INPUT_OPTION_INVALID
 */
export const importStage: Stage<ImportInput, ImportOptions, ImportOutput> = {
  id: 'import',
  revision: 2,
  defaults: IMPORT_DEFAULTS,
  async run(input, options, context) {
    const names = namePhotos(input.photos);
    const inspections = await inspectAll(input.photos, options, context);
    const { usable, rejected } = sortOut(names, inspections);
    if (usable.length < options.minPhotoCount) throw tooFewPhotos(usable.length, rejected, options.minPhotoCount);
    for (const { code } of rejected) context.log.warn('photo-left-out', { code });

    const groups = groupCameras(
      usable.map(({ index, photo }) => ({ ...photo, name: names[index]! })),
      options.camera,
    );
    const sources = usable.map(({ index }) => input.photos[index]!.path);
    const photos = usable.map(({ index, photo }, photoId): Photo => {
      const { make, model, capturedAt } = photo.exif;
      return {
        photoId,
        name: names[index]!,
        path: photo.converted ? context.folder.path(convertedFile(index)) : sources[photoId]!,
        sha256: photo.sha256,
        width: photo.width,
        height: photo.height,
        cameraId: groups.cameraIds[photoId]!,
        ...(capturedAt === undefined ? {} : { capturedAt }),
        ...(make === undefined ? {} : { make }),
        ...(model === undefined ? {} : { model }),
        sharpness: photo.sharpness,
      };
    });
    const masked = await addMasks(photos, sources, input.masks, options, context, (fraction, note) =>
      context.progress(INSPECTION_SHARE + (1 - INSPECTION_SHARE) * fraction, note),
    );
    const quality = qualityWarnings(
      usable.map(({ index, photo }) => ({ ...photo, name: names[index]! })),
      options,
    );
    return {
      photos: masked.photos,
      cameras: groups.cameras,
      rejected,
      warnings: [...groups.warnings, ...masked.warnings, ...quality],
      report: report(input, masked.photos, groups.cameras, rejected),
    };
  },
};

const convertedFile = (index: number) => `converted-${numbered(index)}.png`;
const numbered = (index: number) => String(index).padStart(5, '0');

/** The share of the stage's progress that inspection takes; the rest is for masks. */
const INSPECTION_SHARE = 0.9;

/** Inspects the photos on the workers. Each result is kept as a file, so that an interrupted run goes on behind it. */
async function inspectAll(
  files: readonly SourceFile[],
  options: ImportOptions,
  { folder, kernels, progress, signal }: StageContext,
): Promise<PhotoInspection[]> {
  const resultFile = (index: number) => `inspection-${numbered(index)}.json`;
  const missing = files.map((_, index) => index).filter((index) => !folder.has(resultFile(index)));
  const inputs = missing.map(
    (index): InspectPhotoInput => ({
      path: files[index]!.path,
      bytes: files[index]!.bytes,
      convertedPath: folder.path(convertedFile(index)),
      maxPixels: options.maxPixels,
      minShortSidePx: options.minShortSidePx,
    }),
  );
  // Counted as they are written: files written at once may end in another order than their inspections.
  let written = files.length - missing.length;
  await kernels.map<InspectPhotoInput, PhotoInspection>(INSPECT_TASK, inputs, signal, async (_done, result, item) => {
    await folder.write(resultFile(missing[item]!), JSON.stringify(result));
    written++;
    progress((INSPECTION_SHARE * written) / files.length, `${written} of ${files.length} photos`);
  });
  const results: PhotoInspection[] = [];
  for (const index of files.keys()) {
    results.push(JSON.parse(await readFile(folder.path(resultFile(index)), 'utf8')) as PhotoInspection);
  }
  return results;
}

const INSPECT_TASK = new URL('./inspect-photo-task.js', import.meta.url);

/** Which photos go on, and why the others do not. */
function sortOut(names: readonly string[], inspections: readonly PhotoInspection[]) {
  const readable: { index: number; photo: UsablePhoto }[] = [];
  const rejected: (RejectedPhoto & { index: number })[] = [];
  inspections.forEach((result, index) => {
    if (result.usable) readable.push({ index, photo: result });
    else rejected.push({ index, name: names[index]!, code: result.code, reason: result.reason });
  });
  const copies = findCopies(readable.map(({ photo }) => photo.sha256));
  copies.forEach((original, i) => {
    if (original === undefined) return;
    const reason = `It is an exact copy of ${names[readable[original]!.index]}.`;
    const { index } = readable[i]!;
    rejected.push({ index, name: names[index]!, code: 'PHOTO_DUPLICATE', reason });
  });
  rejected.sort((a, b) => a.index - b.index);
  return {
    usable: readable.filter((_, i) => copies[i] === undefined),
    rejected: rejected.map(({ name, code, reason }): RejectedPhoto => ({ name, code, reason })),
  };
}

function tooFewPhotos(usable: number, rejected: readonly RejectedPhoto[], needed: number): StudioError {
  const shown = rejected.slice(0, 10).map(({ name, reason }) => `${name}: ${reason}`);
  const more = rejected.length > shown.length ? [`and ${rejected.length - shown.length} more`] : [];
  const reasons = rejected.length > 0 ? ` Left out: ${[...shown, ...more].join(' ')}` : '';
  return new StudioError('INPUT_TOO_FEW_PHOTOS', {
    message: `Only ${usable} of ${usable + rejected.length} photos can be used; ${needed} are needed.${reasons}`,
    details: { usable, needed, rejected },
  });
}

function report(
  input: ImportInput,
  photos: readonly Photo[],
  cameras: readonly CameraPrior[],
  rejected: readonly RejectedPhoto[],
): ImportOutput['report'] {
  const megapixels = photos.map(({ width, height }) => (width * height) / 1e6).sort((a, b) => a - b);
  return {
    given: input.photos.length,
    used: photos.length,
    rejected: rejected.length,
    masks: photos.filter(({ maskPath }) => maskPath !== undefined).length,
    cameras: cameras.length,
    focalSources: [...new Set(cameras.map(({ focalSource }) => focalSource))].sort(),
    medianMegapixels: megapixels[Math.floor(megapixels.length / 2)] ?? 0,
  };
}
