import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StudioError } from '../../../src-shared/errors/studio-error.js';
import type { CameraPrior } from '../../../src-shared/scene/camera.js';
import type { Photo } from '../../../src-shared/scene/photo.js';
import type { SparseModel } from '../../../src-shared/scene/sparse-model.js';
import type { StageContext } from '../../pipeline/stage.js';
import { photoIdOf } from '../photos/prepare-photos.js';
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
  type OpenMvgEffort,
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

export interface AttemptInput {
  readonly photos: readonly Photo[];
  readonly cameras: readonly CameraPrior[];
  readonly openmvg: OpenMvgProgram;
}

export interface AttemptOptions {
  /** Photo by photo from a first pair; or all at once, by averages of the pairs' poses. */
  readonly method: 'incremental' | 'global';
  /** Up to so many photos each is matched with each; more are taken to be in the order of a walk. */
  readonly maxPhotosMatchedInPairs: number;
  /** Neighbours in the order of the photos with which a photo is matched then. */
  readonly sequenceOverlap: number;
}

/** Shares of an attempt's time, about, at which its steps end. */
const PROGRESS = { start: 0, features: 0.35, matches: 0.5, filtered: 0.6, solved: 1 } as const;

interface Attempt {
  readonly files: OpenMvgFiles;
  readonly input: AttemptInput;
  readonly options: AttemptOptions;
  readonly context: StageContext;
  /** @param share of the attempt, 0..1 */
  readonly onProgress: (share: number, note: string) => void;
}

/**
 * One attempt to solve the cameras, from prepared photos to a model: 1. the list of photos, with our cameras, 2. features, 3. pairs
 * and their matches, 4. matches that agree with one motion, 5. poses and points, 6. colours. Each step is done once; an interrupted
 * one goes on at the photo where it can.
 *
 * @returns undefined where the solver finds no first pair, nor its successor, which starts from several views
 * @throws TOOL_OUTPUT_UNREADABLE; see `runTool`
 */
export async function attemptWith(
  effort: OpenMvgEffort,
  input: AttemptInput,
  options: AttemptOptions,
  context: StageContext,
  onProgress: (share: number, note: string) => void,
): Promise<SparseModel | undefined> {
  const files = openMvgFilesIn(context.folder.root, effort);
  const attempt: Attempt = { files, input, options, context, onProgress };
  if (isDone('solved', attempt)) return readScene(files);
  await list(attempt);
  await once('features', attempt, () => findFeatures(effort.preset, attempt));
  await once('matches', attempt, () => match(attempt));
  await once('filtered', attempt, () => filter(attempt));
  if (!(await solve(attempt))) return undefined;
  const model = await tellScene(attempt);
  // Once it could be read: what cannot is made anew by the next run.
  await markDone('solved', attempt);
  return model;
}

const markOf = (step: string, { files }: Attempt) => join(files.matches, `${step}-done`);
const isDone = (step: string, attempt: Attempt) => existsSync(markOf(step, attempt));
const markDone = (step: string, attempt: Attempt) => writeFile(markOf(step, attempt), '');

/** Does a step unless it has been done. */
async function once(step: string, attempt: Attempt, work: () => Promise<void>): Promise<void> {
  if (isDone(step, attempt)) return;
  await work();
  await markDone(step, attempt);
}

async function run(
  command: ToolCommand,
  { input: { openmvg }, context }: Attempt,
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
async function list(attempt: Attempt): Promise<void> {
  const { files, input } = attempt;
  const { photos, cameras } = input;
  await mkdir(files.matches, { recursive: true });
  const camera = cameras.find(({ cameraId }) => cameraId === photos[0]?.cameraId);
  if (camera === undefined) throw new StudioError('INTERNAL', { message: 'The photos have no camera.' });
  await run(listImages(files, camera), attempt);
  await writeListing(files.listing, { photos, cameras, photoIdOf });
}

async function findFeatures(preset: FeaturePreset, attempt: Attempt): Promise<void> {
  const { files, context } = attempt;
  await removeHalfFeatures(files.matches);
  // The description of the method is written anew; the program cannot start with half of one.
  await rm(join(files.matches, 'image_describer.json'), { force: true });
  await run(computeFeatures(files, preset, context.kernels.threads), attempt, (news) => {
    if (news.kind === 'pass') advance(attempt, 'start', 'features', news.fraction, 'finding features (OpenMVG)');
  });
  // The program ends well where it could not read or write them all.
  const [found, photos] = [await removeHalfFeatures(files.matches), attempt.input.photos.length];
  if (found >= photos) return;
  throw new StudioError('TOOL_OUTPUT_UNREADABLE', {
    message: `OpenMVG wrote features of ${found} of ${photos} photos.`,
    hint: 'The log has what it said. The same command again finds those that are missing.',
    details: { program: 'openMVG_main_ComputeFeatures', found, photos },
  });
}

async function match(attempt: Attempt): Promise<void> {
  const { files, input, options } = attempt;
  await rm(files.putative, { force: true });
  const inOrder = input.photos.length > options.maxPhotosMatchedInPairs;
  await run(generatePairs(files, inOrder ? options.sequenceOverlap : undefined), attempt);
  await run(computeMatches(files), attempt, (news) => {
    if (news.kind !== 'pass' || news.pass !== 'matching') return;
    advance(attempt, 'features', 'matches', news.fraction, 'matching photos (OpenMVG)');
  });
}

async function filter(attempt: Attempt): Promise<void> {
  const { files, input, options } = attempt;
  await rm(files.filtered, { force: true });
  // The global solver works on essential matrices; they need a focal length that is about right.
  const isGuess = input.cameras.some(({ focalSource }) => focalSource === 'guess');
  await run(filterMatches(files, isGuess && options.method === 'incremental' ? 'f' : 'e'), attempt, (news) => {
    if (news.kind !== 'pass' || news.pass !== 'geometric filtering') return;
    advance(attempt, 'matches', 'filtered', news.fraction, 'checking pairs (OpenMVG)');
  });
}

/** @returns whether there is a model */
async function solve(attempt: Attempt): Promise<boolean> {
  const { files, options, context } = attempt;
  const solvers: SfmMethod[] = options.method === 'global' ? ['GLOBAL'] : ['INCREMENTAL', 'INCREMENTALV2'];
  for (const solver of solvers) {
    await rm(files.solved, { recursive: true, force: true });
    await mkdir(files.solved, { recursive: true });
    const outcome = await solveWith(solver, attempt);
    if (outcome === 'solved') return true;
    context.log.info('no-solution', { solver, outcome });
    if (outcome === 'no-tracks') return false;
  }
  return false;
}

/** Solvers that find no model end with exit code 1, as they do on bad arguments; without tracks another need not be tried. */
async function solveWith(solver: SfmMethod, attempt: Attempt): Promise<'solved' | 'no-model' | 'no-tracks'> {
  const { photos, cameras } = attempt.input;
  const isGiven = cameras.every(({ focalSource }) => focalSource === 'given');
  let [tracks, tried] = [Number.POSITIVE_INFINITY, 2];
  try {
    await run(solveScene(attempt.files, solver, isGiven), attempt, (news) => {
      if (news.kind === 'tracks') tracks = news.count;
      if (news.kind !== 'photo-tried') return;
      tried++;
      const share = Math.min(1, tried / photos.length);
      advance(attempt, 'filtered', 'solved', share, `solving the cameras: photo ${tried} (OpenMVG)`);
    });
    return 'solved';
  } catch (error) {
    if (tracks === 0) return 'no-tracks';
    const isNoModel = error instanceof StudioError && error.code === 'TOOL_FAILED' && error.details.exitCode === 1;
    if (!isNoModel) throw error;
    return 'no-model';
  }
}

async function tellScene(attempt: Attempt): Promise<SparseModel> {
  await run(colorPoints(attempt.files), attempt);
  await run(sceneAsText(attempt.files), attempt);
  return readScene(attempt.files);
}

async function readScene(files: OpenMvgFiles): Promise<SparseModel> {
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
  { onProgress }: Attempt,
  from: keyof typeof PROGRESS,
  to: keyof typeof PROGRESS,
  share: number,
  note: string,
): void {
  onProgress(PROGRESS[from] + (PROGRESS[to] - PROGRESS[from]) * share, note);
}
