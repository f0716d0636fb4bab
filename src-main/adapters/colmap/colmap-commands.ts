import { join } from 'node:path';
import type { CameraPrior } from '../../../src-shared/scene/camera.js';
import type { PathArgument, ToolCommand } from '../tools/tool-command.js';
import { type ColmapProgram, HEADLESS } from './colmap-program.js';

/** Where one reconstruction keeps its files, all below one folder. Absolute paths. */
export interface ColmapFiles {
  readonly root: string;
  readonly images: string;
  readonly masks: string;
  readonly database: string;
  /** A numbered folder a model. */
  readonly models: string;
}

/** @param attempt tells the files of a second attempt from those of the first; photos and masks are the same */
export function colmapFilesIn(root: string, attempt = 1): ColmapFiles {
  const suffix = attempt === 1 ? '' : `-${attempt}`;
  return {
    root,
    images: join(root, 'images'),
    masks: join(root, 'masks'),
    database: join(root, `database${suffix}.db`),
    models: join(root, `models${suffix}`),
  };
}

/** How hard COLMAP is to try. */
export interface ColmapEffort {
  /** Contrast that a feature must have. COLMAP's own figure is 0.0067. */
  readonly peakThreshold?: number;
  /** Matches again along the lines that the first matches give. */
  readonly isMatchingGuided?: boolean;
  /** Distance in pixels within which a match fits two photos' geometry. COLMAP's own figure is 4. */
  readonly maxMatchErrorPx?: number;
  /** Matches that the first pair, and each photo after it, must have. COLMAP's own figures are 100 and 30. */
  readonly minInitialMatches?: number;
  readonly minPoseMatches?: number;
  /** Finds features beside the object too. */
  readonly ignoresMasks?: boolean;
}

/** What all commands of a reconstruction share. */
export interface ColmapSetup {
  readonly program: ColmapProgram;
  readonly files: ColmapFiles;
  readonly threads: number;
  readonly seed: number;
  readonly effort: ColmapEffort;
}

type Value = string | number | boolean | PathArgument;

/** A command of COLMAP with its options as version 3.8 names them; what is `undefined` is left to COLMAP. */
export interface ColmapCommand {
  readonly command: string;
  readonly options: Readonly<Record<string, Value | undefined>>;
}

/** Other names of options in other versions: 3.13 and 4.0 share some between kinds of features, 3.9 moved the geometry's. */
const OTHER_NAMES: readonly (readonly [RegExp, string])[] = [
  [/^SiftExtraction\./, 'FeatureExtraction.'],
  [/^SiftMatching\./, 'FeatureMatching.'],
  [/^SiftMatching\.max_error$/, 'TwoViewGeometry.max_error'],
  [/^Mapper\./, 'GlobalMapper.'],
  [/^random_seed$/, 'default_random_seed'],
];

/**
 * The command line for a version. An option that it does not have, under no name, is left out: it is one of taste, for those that
 * name files have never changed.
 *
 * @param known names of the options that the version has; empty when its help could not be read
 */
export function commandLine(
  { command, options }: ColmapCommand,
  root: string,
  known: ReadonlySet<string>,
): ToolCommand {
  const args = Object.entries(options).flatMap(([name, value]) => {
    const names = [
      name,
      ...OTHER_NAMES.filter(([from]) => from.test(name)).map(([from, to]) => name.replace(from, to)),
    ];
    const accepted = known.size === 0 ? name : names.find((candidate) => known.has(candidate));
    return value === undefined || accepted === undefined ? [] : [`--${accepted}`, argumentOf(value)];
  });
  return {
    program: 'colmap',
    args: [command, ...args],
    folders: [{ path: root, containerPath: '/workspace', access: 'write' }],
    env: HEADLESS,
  };
}

const argumentOf = (value: Value) =>
  typeof value === 'object' ? value : String(typeof value === 'boolean' ? Number(value) : value);

/** The photos of one camera. */
export interface ExtractionGroup {
  readonly camera: CameraPrior;
  /** Text file, a photo a line, relative to the folder of images. */
  readonly list: string;
  readonly hasMasks: boolean;
}

/**
 * The lens that COLMAP searches for, where it is not given: of one radial coefficient, as is COLMAP's own default. With two it took wrong
 * focal lengths for bent lenses: of the 47 photos of `temple` it aligned 6 (COLMAP by itself, with one: 47), of 24 synthetic ones 3 to
 * 13 (12 to 13).
 */
function searchedLens({ model, parameters, focalSource }: CameraPrior): Pick<CameraPrior, 'model' | 'parameters'> {
  if (model !== 'RADIAL' || focalSource === 'given') return { model, parameters };
  return { model: 'SIMPLE_RADIAL', parameters: parameters.slice(0, -1) };
}

/**
 * Features of the photos of one camera, which becomes one camera of the database. Its parameters are handed on unless they are
 * a guess: COLMAP then looks in the photo itself and searches from its own guess.
 */
export function extractFeatures(
  { program, files, threads, seed, effort }: ColmapSetup,
  { camera, list, hasMasks }: ExtractionGroup,
  maxDimensionPx: number,
): ColmapCommand {
  const { model, parameters } = searchedLens(camera);
  return {
    command: 'feature_extractor',
    options: {
      random_seed: seed,
      database_path: { path: files.database },
      image_path: { path: files.images },
      image_list_path: { path: list },
      'ImageReader.single_camera': true,
      'ImageReader.camera_model': model,
      'ImageReader.camera_params': camera.focalSource === 'guess' ? undefined : parameters.join(','),
      'ImageReader.mask_path': hasMasks && !effort.ignoresMasks ? { path: files.masks } : undefined,
      'SiftExtraction.use_gpu': program.usesGpu,
      'SiftExtraction.num_threads': threads,
      'SiftExtraction.max_image_size': maxDimensionPx,
      'SiftExtraction.peak_threshold': effort.peakThreshold,
    },
  };
}

/** Blocks of photos that are matched with each other: small ones tell progress, large ones save reading. */
const SMALLEST_BLOCK = 10;
const LARGEST_BLOCK = 50;
const BLOCKS_WANTED = 8;

export function matchAll(setup: ColmapSetup, photoCount: number): ColmapCommand {
  const blockSize = Math.min(LARGEST_BLOCK, Math.max(SMALLEST_BLOCK, Math.ceil(photoCount / BLOCKS_WANTED)));
  return {
    command: 'exhaustive_matcher',
    options: { ...matchingOptions(setup), 'ExhaustiveMatching.block_size': blockSize },
  };
}

/** For long sets taken in one walk. Each photo is matched with the next ones and, twice as far each time, some later ones. */
export function matchInSequence(setup: ColmapSetup, overlap: number): ColmapCommand {
  return {
    command: 'sequential_matcher',
    options: {
      ...matchingOptions(setup),
      'SequentialMatching.overlap': overlap,
      'SequentialMatching.quadratic_overlap': true,
    },
  };
}

const matchingOptions = ({ program, files, threads, seed, effort }: ColmapSetup) => ({
  random_seed: seed,
  database_path: { path: files.database },
  'SiftMatching.use_gpu': program.usesGpu,
  'SiftMatching.num_threads': threads,
  'SiftMatching.guided_matching': effort.isMatchingGuided,
  'SiftMatching.max_error': effort.maxMatchErrorPx,
});

const NO_GPU = { 'GlobalMapper.gp_use_gpu': false, 'GlobalMapper.ba_ceres_use_gpu': false };

/** Focal lengths from the geometry of pairs: the global mapper needs them where neither photos nor the user tell them. */
export const calibrateFocalLengths = ({ files, seed }: ColmapSetup): ColmapCommand => ({
  command: 'view_graph_calibrator',
  options: { random_seed: seed, database_path: { path: files.database } },
});

/**
 * @param isGlobal all photos at once (Pan et al., Global Structure-from-Motion Revisited, ECCV 2024) instead of one after another
 * @param fixesIntrinsics keeps the cameras as they were given
 */
export function mapPhotos(
  { program, files, threads, seed, effort }: ColmapSetup,
  minModelSize: number,
  { isGlobal, fixesIntrinsics }: { readonly isGlobal: boolean; readonly fixesIntrinsics: boolean },
): ColmapCommand {
  return {
    command: isGlobal ? 'global_mapper' : 'mapper',
    options: {
      random_seed: seed,
      database_path: { path: files.database },
      image_path: { path: files.images },
      output_path: { path: files.models },
      'Mapper.num_threads': threads,
      'Mapper.min_model_size': minModelSize,
      'Mapper.init_min_num_inliers': effort.minInitialMatches,
      'Mapper.abs_pose_min_num_inliers': effort.minPoseMatches,
      'Mapper.ba_refine_focal_length': fixesIntrinsics ? false : undefined,
      'Mapper.ba_refine_extra_params': fixesIntrinsics ? false : undefined,
      // The global one computes on a GPU unless it is told not to.
      ...(isGlobal && program.hasCuda && !program.usesGpu ? NO_GPU : {}),
    },
  };
}
