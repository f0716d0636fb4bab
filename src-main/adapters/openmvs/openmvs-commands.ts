import { dirname, join } from 'node:path';
import type { PathArgument, ToolCommand, ToolFolder } from '../tools/tool-command.js';
import type { OpenMvsProgram, OpenMvsProgramName } from './openmvs-program.js';

/** What all commands of a stage share. */
export interface OpenMvsSetup {
  readonly program: OpenMvsProgram;
  /** Absolute path of the stage's own folder, where results go. */
  readonly folder: string;
  /** Absolute path of the folder of all stages, which holds what stages before wrote. */
  readonly work: string;
  readonly threads: number;
}

type Value = string | number | PathArgument;

/** Where a container sees the folder of all stages. */
const WORK_IN_CONTAINER = '/workspace';

/**
 * A command with those options that the installed version knows. It works in the folder of its scene: those that the programs write
 * name images relative to it (`MAKE_PATH_REL` in libs/Common/Common.h), whatever the name was before.
 *
 * @param scene absolute path
 * @param result name of a scene to write in the stage's folder; meshes and points go beside it, with its name
 */
function command(
  name: OpenMvsProgramName,
  { program, folder, work, threads }: OpenMvsSetup,
  scene: string,
  result: string,
  options: Readonly<Record<string, Value | undefined>>,
): ToolCommand {
  const all: Readonly<Record<string, Value | undefined>> = {
    'working-folder': { path: dirname(scene) },
    'input-file': { path: scene },
    'output-file': { path: join(folder, result) },
    ...options,
    ...(program.keepsInterface ? { 'archive-type': -1 } : {}),
    'max-threads': threads,
  };
  const args = Object.entries(all).flatMap(([option, value]) =>
    value === undefined || !program.options[name].includes(option)
      ? []
      : [`--${option}`, typeof value === 'number' ? String(value) : value],
  );
  const folders: readonly ToolFolder[] = [{ path: work, containerPath: WORK_IN_CONTAINER, access: 'write' }];
  return { program: name, args, folders };
}

/** The label of pixels outside the object in masks of ours. */
const OUTSIDE = 0;

export interface DensifyOptions {
  /** Longer side of the images that depth is computed of. */
  readonly maxResolutionPx: number;
  readonly hasMasks: boolean;
}

/** Writes `dense.mvs` and `dense.ply`. Depth maps that an interrupted run left in the folder are taken as they are. */
export function densify(setup: OpenMvsSetup, scene: string, options: DensifyOptions): ToolCommand {
  return command('DensifyPointCloud', setup, scene, 'dense.mvs', {
    'resolution-level': 0,
    'max-resolution': options.maxResolutionPx,
    'min-resolution': Math.min(options.maxResolutionPx, MIN_RESOLUTION_PX),
    'ignore-mask-label': options.hasMasks ? OUTSIDE : undefined,
  });
}

const MIN_RESOLUTION_PX = 320;

/** What {@link densify} wrote. Absolute paths. */
export interface DenseScene {
  readonly scene: string;
  readonly points: string;
}

/** Writes `mesh.ply`. Before version 2.3, the points are in the scene itself. */
export function reconstructMesh(setup: OpenMvsSetup, { scene, points }: DenseScene): ToolCommand {
  return command('ReconstructMesh', setup, scene, 'mesh.mvs', {
    'pointcloud-file': setup.program.keepsInterface ? { path: points } : undefined,
  });
}

/**
 * Pixels of a face that is split, and so many its decimation leaves (SceneRefine.cpp). The default of 32 leaves a quarter of the
 * faces: on 12 photos of temple 6,155 and 21.5 dB, with 16 11,949 and 21.6 dB, with 8 24,013 and 22.0 dB in the same time.
 */
const MAX_FACE_AREA_PX = 8;

/** Writes `refined.ply`. @param resolutionLevel how many times the images are halved */
export function refineMesh(setup: OpenMvsSetup, scene: string, mesh: string, resolutionLevel: number): ToolCommand {
  return command('RefineMesh', setup, scene, 'refined.mvs', {
    'mesh-file': { path: mesh },
    'resolution-level': resolutionLevel,
    'max-face-area': MAX_FACE_AREA_PX,
  });
}

/** OpenMVS finds the black borders of undistorted images itself. */
const ESTIMATE_BORDERS = -1;

/** Writes `textured.ply` and its images: of this very mesh, face for face. */
export function textureMesh(setup: OpenMvsSetup, scene: string, mesh: string): ToolCommand {
  return command('TextureMesh', setup, scene, 'textured.mvs', {
    'mesh-file': { path: mesh },
    'export-type': 'ply',
    decimate: 1,
    'close-holes': 0,
    'ignore-mask-label': ESTIMATE_BORDERS,
  });
}
