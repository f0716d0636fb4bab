import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { StudioError } from '../../../src-shared/errors/studio-error.js';
import type { CameraPrior } from '../../../src-shared/scene/camera.js';
import type { Photo } from '../../../src-shared/scene/photo.js';
import type { SparseModel } from '../../../src-shared/scene/sparse-model.js';
import { readColmapModel } from '../../formats/colmap/read-colmap-model.js';
import type { StageContext } from '../../pipeline/stage.js';
import {
  type ColmapSetup,
  calibrateFocalLengths,
  extractFeatures,
  mapPhotos,
  matchAll,
  matchInSequence,
} from './colmap-commands.js';
import type { ColmapSparseOptions } from './colmap-sparse.js';
import { runColmap } from './run-colmap.js';

/** What COLMAP works on. */
export interface PreparedPhotos {
  readonly photos: readonly Photo[];
  readonly cameras: readonly CameraPrior[];
  /** Of each photo, in the folder of images. */
  readonly names: readonly string[];
}

/** Where an attempt begins and ends in the stage's progress, 0..1. */
interface Span {
  readonly from: number;
  readonly to: number;
}

/** Shares of an attempt's time, about, at which its steps end. */
const EXTRACTED = 0.3;
const MATCHED = 0.6;

/**
 * One attempt of COLMAP: 1. features, a run a camera, 2. matching, 3. mapping, 4. the largest of its models.
 *
 * @returns the model with COLMAP's ids and names; `undefined` when it finds no pair of photos to begin with
 * @throws TOOL_OUTPUT_UNREADABLE; see `runTool`
 */
export async function solveCameras(
  input: PreparedPhotos,
  setup: ColmapSetup,
  options: ColmapSparseOptions,
  context: StageContext,
  { from, to }: Span,
): Promise<SparseModel | undefined> {
  const within: StageContext = {
    ...context,
    progress: (fraction, note) => context.progress(from + (to - from) * fraction, note),
  };
  await findFeatures(input, setup, options, within);
  await match(setup, input.photos.length, options, within);
  await map(input, setup, options, within);
  return largestModel(setup);
}

/** Marks a step of an attempt as done. */
const mark = (step: string, { files }: ColmapSetup) => `${step}-${basename(files.models)}-done`;

/** Half a database of features would split a camera in two: it is begun anew. */
async function findFeatures(
  { photos, cameras, names }: PreparedPhotos,
  setup: ColmapSetup,
  { maxDimensionPx }: ColmapSparseOptions,
  context: StageContext,
): Promise<void> {
  const { folder } = context;
  if (folder.has(mark('features', setup))) return;
  const { database, root } = setup.files;
  for (const suffix of ['', '-shm', '-wal']) await rm(`${database}${suffix}`, { force: true });
  let before = 0;
  for (const camera of cameras) {
    const own = photos.filter(({ cameraId }) => cameraId === camera.cameraId);
    if (own.length === 0) continue;
    const list = folder.path(`camera-${camera.cameraId}.txt`);
    await writeFile(list, own.map((photo) => `${names[photos.indexOf(photo)]}\n`).join(''));
    const hasMasks = own.some(({ maskPath }) => maskPath !== undefined);
    const command = extractFeatures(setup, { camera, list, hasMasks }, maxDimensionPx);
    await runColmap(command, setup.program, root, context, (news) => {
      if (news.kind !== 'photo-read') return;
      const done = before + news.done;
      context.progress(EXTRACTED * (done / photos.length), `features of ${done} of ${photos.length} photos (COLMAP)`);
    });
    before += own.length;
  }
  await folder.write(mark('features', setup), '');
}

/** COLMAP skips the pairs that an interrupted run has matched. */
async function match(
  setup: ColmapSetup,
  photoCount: number,
  { maxPhotosMatchedInPairs, sequenceOverlap }: ColmapSparseOptions,
  context: StageContext,
): Promise<void> {
  if (context.folder.has(mark('matches', setup))) return;
  const command =
    photoCount <= maxPhotosMatchedInPairs ? matchAll(setup, photoCount) : matchInSequence(setup, sequenceOverlap);
  await runColmap(command, setup.program, setup.files.root, context, (news) => {
    if (news.kind !== 'matched') return;
    context.progress(EXTRACTED + (MATCHED - EXTRACTED) * news.fraction, 'matching photos (COLMAP)');
  });
  await context.folder.write(mark('matches', setup), '');
}

async function map(
  { photos, cameras }: PreparedPhotos,
  setup: ColmapSetup,
  { minRegisteredPhotos, globalFromPhotos }: ColmapSparseOptions,
  context: StageContext,
): Promise<void> {
  const { program, files } = setup;
  await rm(files.models, { recursive: true, force: true });
  await mkdir(files.models, { recursive: true });
  const isGlobal = photos.length >= globalFromPhotos && program.commands.includes('global_mapper');
  if (isGlobal && cameras.some(({ focalSource }) => focalSource === 'guess')) {
    await runColmap(calibrateFocalLengths(setup), program, files.root, context);
  }
  const command = mapPhotos(setup, minRegisteredPhotos, {
    isGlobal,
    fixesIntrinsics: cameras.every(({ focalSource }) => focalSource === 'given'),
  });
  let hasNoModel = false;
  try {
    await runColmap(command, program, files.root, context, (news) => {
      hasNoModel ||= news.kind === 'no-model';
      if (news.kind !== 'registered') return;
      const fraction = MATCHED + (1 - MATCHED) * Math.min(1, news.photos / photos.length);
      context.progress(fraction, `${news.photos} of ${photos.length} photos aligned (COLMAP)`);
    });
  } catch (error) {
    // Some versions end with an error where there is nothing to begin with; nothing was written then.
    if (!hasNoModel) throw error;
  }
}

/** The mapper writes a model for each group of photos: the one with the most photos is kept. */
async function largestModel({ program, files }: ColmapSetup): Promise<SparseModel | undefined> {
  let largest: SparseModel | undefined;
  for (const name of (await readdir(files.models)).sort()) {
    const folder = join(files.models, name);
    if (!(await stat(folder)).isDirectory() || !existsSync(join(folder, 'images.bin'))) continue;
    const model = await read(folder, program.version);
    if (model.images.length > (largest?.images.length ?? 0)) largest = model;
  }
  return largest;
}

async function read(folder: string, version: string): Promise<SparseModel> {
  try {
    return await readColmapModel(folder);
  } catch (cause) {
    const message = `COLMAP ${version} wrote a model that cannot be read.`;
    throw new StudioError('TOOL_OUTPUT_UNREADABLE', { message, cause });
  }
}
