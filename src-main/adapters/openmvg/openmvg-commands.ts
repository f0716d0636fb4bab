import { join } from 'node:path';
import type { CameraPrior } from '../../../src-shared/scene/camera.js';
import type { PathArgument, ToolCommand } from '../tools/tool-command.js';
import { intrinsicOfCamera } from './openmvg-cameras.js';

/**
 * How many features a photo gives: HIGH takes weaker ones too (contrast from 0.01 in place of 0.04), ULTRA also finer ones, of the
 * photo at twice its size (`Image_describer` presets of SIFT_Anatomy_Image_Describer.hpp).
 */
export type FeaturePreset = 'NORMAL' | 'HIGH' | 'ULTRA';

/** Where one attempt at a reconstruction keeps its files, all below one folder. Absolute paths. */
export interface OpenMvgFiles {
  readonly root: string;
  /** Photos, and beside each its mask (`000001.jpg`, `000001_mask.png`). */
  readonly images: string;
  /** Features, pairs and matches. */
  readonly matches: string;
  /** The photos and their cameras before they are solved. */
  readonly listing: string;
  readonly pairs: string;
  readonly putative: string;
  readonly filtered: string;
  /** What the solver writes. */
  readonly solved: string;
  readonly solvedScene: string;
  readonly solvedText: string;
  readonly coloredPoints: string;
}

/** What one attempt looks for. */
export interface OpenMvgEffort {
  readonly preset: FeaturePreset;
  /** Features are found in the whole photos. */
  readonly ignoresMasks: boolean;
}

export function openMvgFilesIn(root: string, { preset, ignoresMasks }: OpenMvgEffort): OpenMvgFiles {
  const photos = ignoresMasks ? 'whole' : 'images';
  const [matches, solved] = ['matches', 'solved'].map((what) => join(root, `${what}-${photos}-${preset}`)) as [
    string,
    string,
  ];
  return {
    ...{ root, images: join(root, photos), matches, solved },
    listing: join(matches, 'sfm_data.json'),
    pairs: join(matches, 'pairs.bin'),
    putative: join(matches, 'matches.putative.bin'),
    filtered: join(matches, 'matches.filtered.bin'),
    solvedScene: join(solved, 'sfm_data.bin'),
    solvedText: join(solved, 'sfm_data.json'),
    coloredPoints: join(solved, 'colored.ply'),
  };
}

/** A program of OpenMVG that sees `root` alone, by its short name. */
export function openMvgCommand(
  name: string,
  root: string,
  options: Readonly<Record<string, string | number | PathArgument | true>>,
): ToolCommand {
  const args = Object.entries(options).flatMap(([flag, value]) =>
    value === true ? [`-${flag}`] : [`-${flag}`, typeof value === 'number' ? String(value) : value],
  );
  return {
    program: `openMVG_main_${name}`,
    args,
    folders: [{ path: root, containerPath: '/workspace', access: 'write' }],
  };
}

/** Numbers that the programs know camera models by. */
const CAMERA_NUMBERS = { pinhole: 1, pinhole_radial_k1: 2, pinhole_radial_k3: 3, pinhole_brown_t2: 4 } as const;

/**
 * Lists the photos. Known intrinsics go in as a matrix, others as a focal length; photos of several cameras get theirs afterwards
 * (`write-listing.ts`), as the program knows one for all.
 */
export function listImages(files: OpenMvgFiles, camera: CameraPrior): ToolCommand {
  const { type, focal, principalPoint } = intrinsicOfCamera(camera, camera.focalSource !== 'given');
  const [x, y] = principalPoint;
  const intrinsics = camera.focalSource === 'given' ? { k: `${focal};0;${x};0;${focal};${y};0;0;1` } : { f: focal };
  return openMvgCommand('SfMInit_ImageListing', files.root, {
    i: { path: files.images },
    o: { path: files.matches },
    ...intrinsics,
    c: CAMERA_NUMBERS[type],
    g: 1,
  });
}

export function computeFeatures(files: OpenMvgFiles, preset: FeaturePreset, threads: number): ToolCommand {
  return openMvgCommand('ComputeFeatures', files.root, {
    i: { path: files.listing },
    o: { path: files.matches },
    m: 'SIFT',
    p: preset,
    n: threads,
  });
}

/** @param neighbours in the order of the photos with which each is matched; all photos when undefined */
export function generatePairs(files: OpenMvgFiles, neighbours: number | undefined): ToolCommand {
  const mode = neighbours === undefined ? { m: 'EXHAUSTIVE' } : { m: 'CONTIGUOUS', c: neighbours };
  return openMvgCommand('PairGenerator', files.root, { i: { path: files.listing }, o: { path: files.pairs }, ...mode });
}

export function computeMatches(files: OpenMvgFiles): ToolCommand {
  return openMvgCommand('ComputeMatches', files.root, {
    i: { path: files.listing },
    p: { path: files.pairs },
    o: { path: files.putative },
  });
}

/** @param model `f`undamental where the focal length is a guess, else `e`ssential */
export function filterMatches(files: OpenMvgFiles, model: 'f' | 'e'): ToolCommand {
  return openMvgCommand('GeometricFilter', files.root, {
    i: { path: files.listing },
    m: { path: files.putative },
    o: { path: files.filtered },
    g: model,
  });
}

export type SfmMethod = 'INCREMENTAL' | 'INCREMENTALV2' | 'GLOBAL';

/** @param keepsIntrinsics uses the cameras as they were given; else focal length and distortion are solved */
export function solveScene(files: OpenMvgFiles, method: SfmMethod, keepsIntrinsics: boolean): ToolCommand {
  return openMvgCommand('SfM', files.root, {
    i: { path: files.listing },
    m: { path: files.matches },
    M: 'matches.filtered.bin',
    o: { path: files.solved },
    s: method,
    f: keepsIntrinsics ? 'NONE' : 'ADJUST_FOCAL_LENGTH|ADJUST_DISTORTION',
    ...(method === 'INCREMENTALV2' ? { S: 'STELLAR' } : {}),
  });
}

export function colorPoints(files: OpenMvgFiles): ToolCommand {
  return openMvgCommand('ComputeSfM_DataColor', files.root, {
    i: { path: files.solvedScene },
    o: { path: files.coloredPoints },
  });
}

/** The solver writes cereal's binary form alone. */
export function sceneAsText(files: OpenMvgFiles): ToolCommand {
  return openMvgCommand('ConvertSfM_DataFormat', files.root, {
    i: { path: files.solvedScene },
    o: { path: files.solvedText },
    ...{ V: true, I: true, E: true, S: true },
  });
}
