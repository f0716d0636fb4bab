import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { StudioError } from '../../../src-shared/errors/studio-error.js';
import type { CameraPrior } from '../../../src-shared/scene/camera.js';
import type { Photo } from '../../../src-shared/scene/photo.js';
import type { SparseModel } from '../../../src-shared/scene/sparse-model.js';
import type { Stage, StageContext } from '../../pipeline/stage.js';
import type { SparseOutput } from '../../stages/3-sfm/sparse-output.js';
import { keepSparse } from '../photos/keep-sparse.js';
import { modelOfPhotos } from '../photos/model-of-photos.js';
import { photoIdOf, preparePhotos } from '../photos/prepare-photos.js';
import { leftOutOf, requirePhotos } from '../photos/registered-photos.js';
import { runTool } from '../tools/run-tool.js';
import type { ToolCommand } from '../tools/tool-command.js';
import { parseColoredPoints } from './colored-points.js';
import { removeHalfFeatures } from './half-features.js';
import {
  colorPoints,
  computeFeatures,
  computeMatches,
  type FeaturePreset,
  filterMatches,
  generatePairs,
  listImages,
  type OpenMvgFiles,
  openMvgFilesIn,
  type SfmMethod,
  sceneAsText,
  solveScene,
} from './openmvg-commands.js';
import type { OpenMvgProgram } from './openmvg-program.js';
import { type OpenMvgNews, openMvgNews } from './openmvg-progress.js';
import { parseSfmData } from './sfm-data.js';
import { modelOfSfmData } from './sfm-data-model.js';
import { writeListing } from './write-listing.js';

export interface OpenMvgSparseInput {
  readonly photos: readonly Photo[];
  readonly cameras: readonly CameraPrior[];
  readonly openmvg: OpenMvgProgram;
}

export interface OpenMvgSparseOptions {
  /** Photo by photo from a first pair; or all at once, by averages of the pairs' poses. */
  readonly method: 'incremental' | 'global';
  readonly featurePreset: FeaturePreset;
  /** Up to so many photos each is matched with each; more are taken to be in the order of a walk. */
  readonly maxPhotosMatchedInPairs: number;
  /** Neighbours in the order of the photos with which a photo is matched then. */
  readonly sequenceOverlap: number;
  /** A model of fewer photos is no result. */
  readonly minRegisteredPhotos: number;
}

export const OPENMVG_SPARSE_DEFAULTS: OpenMvgSparseOptions = {
  method: 'incremental',
  featurePreset: 'NORMAL',
  maxPhotosMatchedInPairs: 400,
  sequenceOverlap: 20,
  minRegisteredPhotos: 3,
};

/** Shares of the stage's time, about, at which its steps end. */
const PROGRESS = { prepared: 0.05, features: 0.35, matches: 0.5, filtered: 0.6, solved: 0.95 } as const;

/**
 * The sparse stage done by OpenMVG, with the output of the built-in `mapping`: 1. upright photos and masks, 2. the list of photos,
 * with our cameras, 3. features, 4. pairs and their matches, 5. matches that agree with one motion, 6. poses and points, 7. colours,
 * 8. with our photos' ids, names and conventions into a sparse model file.
 *
 * A run that was interrupted goes on at the step it was in; features at the photo. Where the incremental solver finds no first pair
 * (it tries one), its successor is tried, which starts from several views.
 *
 * @throws SFM_NO_INITIAL_PAIR, SFM_TOO_FEW_REGISTERED; TOOL_NOT_CAPABLE, TOOL_OUTPUT_UNREADABLE; see `runTool`
 */
export const openMvgSparse: Stage<OpenMvgSparseInput, OpenMvgSparseOptions, SparseOutput> = {
  id: 'mapping',
  revision: 1,
  defaults: OPENMVG_SPARSE_DEFAULTS,
  async run(input, options, context) {
    const { photos, cameras } = input;
    const { folder } = context;
    const files = openMvgFilesIn(folder.root);
    const maskPathOf = (name: string) => join(files.images, `${name.replace(/\.\w+$/, '')}_mask.png`);
    await preparePhotos(photos, { images: files.images, maskPathOf }, context, (share) =>
      context.progress(PROGRESS.prepared * share),
    );
    await list(files, input, context);
    await findFeatures(files, input, options, context);
    await match(files, input, options, context);
    await solve(files, input, options, context);
    const model = modelOfPhotos(await readScene(files, input, context), {
      photoOf: (image) => photos.find(({ photoId }) => photoId === image.photoId),
      cameraIdOf: ({ cameraId }) => cameraId,
    });
    requirePhotos(model, photos.length, options.minRegisteredPhotos);
    for (const used of [files.images, files.matches, files.solved]) await rm(used, { recursive: true, force: true });
    const unregistered = leftOutOf(photos, model, 'OpenMVG found too few points that agree with the model.');
    return keepSparse(model, { photos, cameras }, unregistered, context);
  },
};

async function run(
  command: ToolCommand,
  { openmvg }: OpenMvgSparseInput,
  context: StageContext,
  onNews: (news: OpenMvgNews) => void = () => {},
): Promise<void> {
  const { program } = command;
  context.log.info('tool-started', { program, version: openmvg.version });
  const env = { ...command.env, OMP_NUM_THREADS: String(context.kernels.threads) };
  await runTool({ ...command, env }, openmvg.place, {
    signal: context.signal,
    onLine: (line) => {
      context.log.debug('tool-line', { program, line });
      const news = openMvgNews(line);
      if (news !== undefined) onNews(news);
    },
  });
}

/** The program ends well even where it could read no photo at all. */
async function list(files: OpenMvgFiles, input: OpenMvgSparseInput, context: StageContext): Promise<void> {
  const { photos, cameras } = input;
  await mkdir(files.matches, { recursive: true });
  const camera = cameras.find(({ cameraId }) => cameraId === photos[0]?.cameraId);
  if (camera === undefined) throw new StudioError('INTERNAL', { message: 'The photos have no camera.' });
  await run(listImages(files, camera), input, context);
  await writeListing(files.listing, { photos, cameras, photoIdOf });
}

async function findFeatures(
  files: OpenMvgFiles,
  input: OpenMvgSparseInput,
  { featurePreset }: OpenMvgSparseOptions,
  context: StageContext,
): Promise<void> {
  if (context.folder.has('features-done')) return;
  await removeHalfFeatures(files.matches);
  await run(computeFeatures(files, featurePreset, context.kernels.threads), input, context, (news) => {
    if (news.kind === 'pass') advance(context, 'prepared', 'features', news.fraction, 'finding features (OpenMVG)');
  });
  await context.folder.write('features-done', '');
}

async function match(
  files: OpenMvgFiles,
  input: OpenMvgSparseInput,
  { method, maxPhotosMatchedInPairs, sequenceOverlap }: OpenMvgSparseOptions,
  context: StageContext,
): Promise<void> {
  const { photos, cameras } = input;
  if (!context.folder.has('matches-done')) {
    await rm(files.putative, { force: true });
    const inOrder = photos.length > maxPhotosMatchedInPairs;
    await run(generatePairs(files, inOrder ? sequenceOverlap : undefined), input, context);
    await run(computeMatches(files), input, context, (news) => {
      if (news.kind !== 'pass' || news.pass !== 'matching') return;
      advance(context, 'features', 'matches', news.fraction, 'matching photos (OpenMVG)');
    });
    await context.folder.write('matches-done', '');
  }
  if (context.folder.has('filtered-done')) return;
  await rm(files.filtered, { force: true });
  // The global solver works on essential matrices; they need a focal length that is about right.
  const isGuess = cameras.some(({ focalSource }) => focalSource === 'guess');
  await run(filterMatches(files, isGuess && method === 'incremental' ? 'f' : 'e'), input, context, (news) => {
    if (news.kind !== 'pass' || news.pass !== 'geometric filtering') return;
    advance(context, 'matches', 'filtered', news.fraction, 'checking pairs (OpenMVG)');
  });
  await context.folder.write('filtered-done', '');
}

async function solve(
  files: OpenMvgFiles,
  input: OpenMvgSparseInput,
  { method }: OpenMvgSparseOptions,
  context: StageContext,
): Promise<void> {
  const methods: SfmMethod[] = method === 'global' ? ['GLOBAL'] : ['INCREMENTAL', 'INCREMENTALV2'];
  let failure: unknown;
  for (const solver of methods) {
    await rm(files.solved, { recursive: true, force: true });
    await mkdir(files.solved, { recursive: true });
    try {
      return await solveWith(solver, files, input, context);
    } catch (error) {
      if (!isNoSolution(error)) throw error;
      context.log.info('no-solution', { solver });
      failure = error;
      if (error.code === 'SFM_NO_INITIAL_PAIR') throw error;
    }
  }
  throw new StudioError('SFM_NO_INITIAL_PAIR', { cause: failure });
}

/** Solvers that find no model end with exit code 1, as they do on bad arguments; without tracks there is nothing to try. */
const isNoSolution = (error: unknown): error is StudioError =>
  error instanceof StudioError &&
  (error.code === 'SFM_NO_INITIAL_PAIR' || (error.code === 'TOOL_FAILED' && error.details.exitCode === 1));

async function solveWith(
  solver: SfmMethod,
  files: OpenMvgFiles,
  input: OpenMvgSparseInput,
  context: StageContext,
): Promise<void> {
  const { photos, cameras } = input;
  const isGiven = cameras.every(({ focalSource }) => focalSource === 'given');
  let [tracks, tried] = [Number.POSITIVE_INFINITY, 2];
  try {
    await run(solveScene(files, solver, isGiven), input, context, (news) => {
      if (news.kind === 'tracks') tracks = news.count;
      if (news.kind !== 'photo-tried') return;
      tried++;
      const share = Math.min(1, tried / photos.length);
      advance(context, 'filtered', 'solved', share, `solving the cameras: photo ${tried} (OpenMVG)`);
    });
  } catch (error) {
    if (tracks === 0) throw new StudioError('SFM_NO_INITIAL_PAIR', { cause: error });
    throw error;
  }
}

async function readScene(files: OpenMvgFiles, input: OpenMvgSparseInput, context: StageContext): Promise<SparseModel> {
  await run(colorPoints(files), input, context);
  await run(sceneAsText(files), input, context);
  context.progress(PROGRESS.solved);
  try {
    const [scene, colored] = await Promise.all(
      [files.solvedText, files.coloredPoints].map((file) => readFile(file, 'utf8')),
    );
    return modelOfSfmData(parseSfmData(scene!), parseColoredPoints(colored!));
  } catch (cause) {
    if (cause instanceof StudioError) throw cause;
    throw new StudioError('TOOL_OUTPUT_UNREADABLE', { message: 'OpenMVG wrote no scene.', cause });
  }
}

function advance(
  context: StageContext,
  from: keyof typeof PROGRESS,
  to: keyof typeof PROGRESS,
  share: number,
  note: string,
): void {
  context.progress(PROGRESS[from] + (PROGRESS[to] - PROGRESS[from]) * share, note);
}
