import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StudioError } from '../../../src-shared/errors/studio-error.js';
import type { CameraPrior } from '../../../src-shared/scene/camera.js';
import type { Photo } from '../../../src-shared/scene/photo.js';
import type { SparseModel } from '../../../src-shared/scene/sparse-model.js';
import { readColmapModel } from '../../formats/colmap/read-colmap-model.js';
import { writeSparseModel } from '../../formats/sparse-model/sparse-model-file.js';
import type { Stage, StageContext } from '../../pipeline/stage.js';
import { leftOutWarnings, type SparseOutput, sparseReportOf } from '../../stages/3-sfm/sparse-output.js';
import { modelOfPhotos } from '../photos/model-of-photos.js';
import { photoIdOf, preparePhotos } from '../photos/prepare-photos.js';
import { leftOutOf, requirePhotos } from '../photos/registered-photos.js';
import { sparseModelPreview } from '../photos/sparse-model-preview.js';
import { runTool } from '../tools/run-tool.js';
import type { ToolCommand } from '../tools/tool-command.js';
import {
  type ColmapSetup,
  colmapFilesIn,
  convertToText,
  extractFeatures,
  mapPhotos,
  matchAll,
  matchInSequence,
} from './colmap-commands.js';
import type { ColmapProgram } from './colmap-program.js';
import { type ColmapNews, colmapNews } from './colmap-progress.js';

export interface ColmapSparseInput {
  readonly photos: readonly Photo[];
  readonly cameras: readonly CameraPrior[];
  readonly colmap: ColmapProgram;
}

export interface ColmapSparseOptions {
  /** Photos are reduced to this length of their longer side to find features. */
  readonly maxDimensionPx: number;
  /** Up to so many photos each is matched with each; more are taken to be in the order of a walk. */
  readonly maxPhotosMatchedInPairs: number;
  /** Neighbours in the order of the photos with which a photo is matched then. */
  readonly sequenceOverlap: number;
  /** A model of fewer photos is no result. */
  readonly minRegisteredPhotos: number;
}

export const COLMAP_SPARSE_DEFAULTS: ColmapSparseOptions = {
  maxDimensionPx: 3200,
  maxPhotosMatchedInPairs: 400,
  sequenceOverlap: 20,
  minRegisteredPhotos: 3,
};

/** Shares of the stage's time, about, at which its steps end. */
const PREPARED = 0.05;
const EXTRACTED = 0.3;
const MATCHED = 0.6;
const MAPPED = 0.97;

/**
 * The sparse stage done by COLMAP, with the output of the built-in `mapping`: 1. upright photos and masks, 2. features, a run a
 * camera, 3. matching, 4. incremental mapping, 5. the largest model as text, 6. with our photos' ids into a sparse model file.
 *
 * A run that was interrupted goes on at the step it was in; matching at the pair. COLMAP does not give the same bits each time on
 * several threads.
 *
 * @throws SFM_NO_INITIAL_PAIR, SFM_TOO_FEW_REGISTERED; TOOL_OUTPUT_UNREADABLE; see `runTool`
 */
export const colmapSparse: Stage<ColmapSparseInput, ColmapSparseOptions, SparseOutput> = {
  id: 'mapping',
  revision: 1,
  defaults: COLMAP_SPARSE_DEFAULTS,
  async run(input, options, context) {
    const { photos, cameras, colmap } = input;
    const { folder, kernels, seed } = context;
    const files = colmapFilesIn(folder.root);
    const setup: ColmapSetup = { program: colmap, files, threads: kernels.threads, seed };
    const places = { images: files.images, maskPathOf: (name: string) => join(files.masks, `${name}.png`) };
    const names = await preparePhotos(photos, places, context, (share) => context.progress(PREPARED * share));
    await findFeatures(input, names, setup, options, context);
    await match(setup, photos.length, options, context);
    await map(setup, input, options, context);
    const model = await largestModel(setup, context);
    const sparse = modelOfPhotos(model, {
      photoOf: (image) => photos.find(({ photoId }) => photoId === photoIdOf(image.name)),
      cameraIdOf: (_, photo) => photo.cameraId,
    });
    requirePhotos(sparse, photos.length, options.minRegisteredPhotos);
    const path = folder.ref('model.bin');
    await writeSparseModel(folder.resolve(path), sparse);
    context.preview(sparseModelPreview(sparse));
    for (const file of [files.images, files.masks, files.models, files.text, files.database]) {
      await rm(file, { recursive: true, force: true });
    }
    const unregistered = leftOutOf(photos, sparse, 'COLMAP found too few points that agree with the model.');
    context.progress(1);
    return {
      model: path,
      unregistered,
      report: sparseReportOf({ photos, cameras }, sparse),
      warnings: leftOutWarnings(unregistered),
    };
  },
};

async function run(
  command: ToolCommand,
  { program }: ColmapSetup,
  context: StageContext,
  onNews: (news: ColmapNews) => void = () => {},
): Promise<void> {
  const step = String(command.args[0]);
  context.log.info('tool-started', { program: 'colmap', step, version: program.version });
  await runTool(command, program.place, {
    signal: context.signal,
    onLine: (line) => {
      context.log.debug('tool-line', { step, line });
      const news = colmapNews(line);
      if (news !== undefined) onNews(news);
    },
  });
}

/** Half a database of features would split a camera in two: it is begun anew. */
async function findFeatures(
  { photos, cameras }: ColmapSparseInput,
  names: readonly string[],
  setup: ColmapSetup,
  { maxDimensionPx }: ColmapSparseOptions,
  context: StageContext,
): Promise<void> {
  if (context.folder.has('features-done')) return;
  const { database } = setup.files;
  for (const suffix of ['', '-shm', '-wal']) await rm(`${database}${suffix}`, { force: true });
  let before = 0;
  for (const camera of cameras) {
    const own = photos.filter(({ cameraId }) => cameraId === camera.cameraId);
    if (own.length === 0) continue;
    const list = context.folder.path(`camera-${camera.cameraId}.txt`);
    await writeFile(list, own.map((photo) => `${names[photos.indexOf(photo)]}\n`).join(''));
    const hasMasks = own.some(({ maskPath }) => maskPath !== undefined);
    await run(extractFeatures(setup, { camera, list, hasMasks }, maxDimensionPx), setup, context, (news) => {
      if (news.kind !== 'photo-read') return;
      const done = before + news.done;
      const fraction = PREPARED + (EXTRACTED - PREPARED) * (done / photos.length);
      context.progress(fraction, `features of ${done} of ${photos.length} photos (COLMAP)`);
    });
    before += own.length;
  }
  await context.folder.write('features-done', '');
}

/** COLMAP skips the pairs that an interrupted run has matched. */
async function match(
  setup: ColmapSetup,
  photoCount: number,
  { maxPhotosMatchedInPairs, sequenceOverlap }: ColmapSparseOptions,
  context: StageContext,
): Promise<void> {
  if (context.folder.has('matches-done')) return;
  const command =
    photoCount <= maxPhotosMatchedInPairs ? matchAll(setup, photoCount) : matchInSequence(setup, sequenceOverlap);
  await run(command, setup, context, (news) => {
    if (news.kind !== 'matched') return;
    context.progress(EXTRACTED + (MATCHED - EXTRACTED) * news.fraction, 'matching photos (COLMAP)');
  });
  await context.folder.write('matches-done', '');
}

async function map(
  setup: ColmapSetup,
  { photos, cameras }: ColmapSparseInput,
  { minRegisteredPhotos }: ColmapSparseOptions,
  context: StageContext,
): Promise<void> {
  const { models } = setup.files;
  await rm(models, { recursive: true, force: true });
  await mkdir(models, { recursive: true });
  const isGiven = cameras.every(({ focalSource }) => focalSource === 'given');
  let hasNoModel = false;
  try {
    await run(mapPhotos(setup, minRegisteredPhotos, isGiven), setup, context, (news) => {
      hasNoModel ||= news.kind === 'no-model';
      if (news.kind !== 'registered') return;
      const fraction = MATCHED + (MAPPED - MATCHED) * Math.min(1, news.photos / photos.length);
      context.progress(fraction, `${news.photos} of ${photos.length} photos aligned (COLMAP)`);
    });
  } catch (error) {
    if (hasNoModel) throw new StudioError('SFM_NO_INITIAL_PAIR', { cause: error });
    throw error;
  }
}

/** The mapper writes a model for each group of photos: the one with the most photos is kept. */
async function largestModel(setup: ColmapSetup, context: StageContext): Promise<SparseModel> {
  const { models, text } = setup.files;
  let largest: SparseModel | undefined;
  for (const name of (await readdir(models)).sort()) {
    const folder = join(models, name);
    if (!(await stat(folder)).isDirectory() || !existsSync(join(folder, 'images.bin'))) continue;
    await rm(text, { recursive: true, force: true });
    await mkdir(text, { recursive: true });
    await run(convertToText(setup, folder), setup, context);
    const model = await readText(text, setup);
    if (model.images.length > (largest?.images.length ?? 0)) largest = model;
  }
  if (largest === undefined) throw new StudioError('SFM_NO_INITIAL_PAIR');
  return largest;
}

async function readText(folder: string, { program }: ColmapSetup): Promise<SparseModel> {
  try {
    return await readColmapModel(folder);
  } catch (cause) {
    const message = `COLMAP ${program.version} wrote a model that cannot be read.`;
    throw new StudioError('TOOL_OUTPUT_UNREADABLE', { message, cause });
  }
}
