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
  /** The chosen model as text. */
  readonly text: string;
}

export function colmapFilesIn(root: string): ColmapFiles {
  return {
    root,
    images: join(root, 'images'),
    masks: join(root, 'masks'),
    database: join(root, 'database.db'),
    models: join(root, 'models'),
    text: join(root, 'text'),
  };
}

/** What all commands of a reconstruction share. */
export interface ColmapSetup {
  readonly program: ColmapProgram;
  readonly files: ColmapFiles;
  readonly threads: number;
  readonly seed: number;
}

type Value = string | number | boolean | PathArgument;

function command(verb: string, { files }: ColmapSetup, options: Readonly<Record<string, Value>>): ToolCommand {
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, argumentOf(value)]);
  return {
    program: 'colmap',
    args: [verb, ...args],
    folders: [{ path: files.root, containerPath: '/workspace', access: 'write' }],
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
 * Features of the photos of one camera, which becomes one camera of the database. Its parameters are handed on unless they are
 * a guess: COLMAP then looks in the photo itself and searches from its own guess.
 */
export function extractFeatures(
  setup: ColmapSetup,
  { camera, list, hasMasks }: ExtractionGroup,
  maxDimensionPx: number,
): ToolCommand {
  const { program, files, threads, seed } = setup;
  const group = program.extractionGroup;
  return command('feature_extractor', setup, {
    random_seed: seed,
    database_path: { path: files.database },
    image_path: { path: files.images },
    image_list_path: { path: list },
    'ImageReader.single_camera': true,
    'ImageReader.camera_model': camera.model,
    ...(camera.focalSource === 'guess' ? {} : { 'ImageReader.camera_params': camera.parameters.join(',') }),
    ...(hasMasks ? { 'ImageReader.mask_path': { path: files.masks } } : {}),
    [`${group}.use_gpu`]: program.hasCuda,
    [`${group}.num_threads`]: threads,
    [`${group}.max_image_size`]: maxDimensionPx,
  });
}

/** Blocks of photos that are matched with each other: small ones tell progress, large ones save reading. */
const SMALLEST_BLOCK = 10;
const LARGEST_BLOCK = 50;
const BLOCKS_WANTED = 8;

export function matchAll(setup: ColmapSetup, photoCount: number): ToolCommand {
  const blockSize = Math.min(LARGEST_BLOCK, Math.max(SMALLEST_BLOCK, Math.ceil(photoCount / BLOCKS_WANTED)));
  return command('exhaustive_matcher', setup, {
    ...matchingOptions(setup),
    'ExhaustiveMatching.block_size': blockSize,
  });
}

/** For long sets taken in one walk. Each photo is matched with the next ones and, twice as far each time, some later ones. */
export function matchInSequence(setup: ColmapSetup, overlap: number): ToolCommand {
  return command('sequential_matcher', setup, {
    ...matchingOptions(setup),
    'SequentialMatching.overlap': overlap,
    'SequentialMatching.quadratic_overlap': true,
  });
}

function matchingOptions({ program, files, threads, seed }: ColmapSetup) {
  return {
    random_seed: seed,
    database_path: { path: files.database },
    [`${program.matchingGroup}.use_gpu`]: program.hasCuda,
    [`${program.matchingGroup}.num_threads`]: threads,
  };
}

/** @param fixesIntrinsics keeps the cameras as they were given */
export function mapPhotos(setup: ColmapSetup, minModelSize: number, fixesIntrinsics: boolean): ToolCommand {
  const { files, threads, seed } = setup;
  return command('mapper', setup, {
    random_seed: seed,
    database_path: { path: files.database },
    image_path: { path: files.images },
    output_path: { path: files.models },
    'Mapper.num_threads': threads,
    'Mapper.min_model_size': minModelSize,
    ...(fixesIntrinsics ? { 'Mapper.ba_refine_focal_length': false, 'Mapper.ba_refine_extra_params': false } : {}),
  });
}

/** @param model absolute path of the model's folder */
export function convertToText(setup: ColmapSetup, model: string): ToolCommand {
  return command('model_converter', setup, {
    input_path: { path: model },
    output_path: { path: setup.files.text },
    output_type: 'TXT',
  });
}
