import { join } from 'node:path';
import type { ColmapCommand } from './colmap-commands.js';

/** Files of a dense reconstruction, all below one folder. Absolute paths. */
export interface ColmapDenseFiles {
  readonly root: string;
  readonly images: string;
  /** The sparse model that depth is computed from. */
  readonly model: string;
  /** COLMAP's workspace of undistorted images and depth maps. */
  readonly workspace: string;
  /** The points; COLMAP writes beside them, with `.vis`, which images see each. */
  readonly fused: string;
}

export function denseFilesIn(root: string): ColmapDenseFiles {
  const workspace = join(root, 'dense');
  return {
    ...{ root, workspace, images: join(root, 'images'), model: join(root, 'model') },
    fused: join(workspace, 'fused.ply'),
  };
}

/** @param maxDimensionPx of the longer side of the images, in which depth is computed */
export const undistortImages = (
  { images, model, workspace }: ColmapDenseFiles,
  maxDimensionPx: number,
): ColmapCommand => ({
  command: 'image_undistorter',
  options: {
    image_path: { path: images },
    input_path: { path: model },
    output_path: { path: workspace },
    output_type: 'COLMAP',
    max_image_size: maxDimensionPx,
  },
});

/** Schönberger et al., Pixelwise View Selection for Unstructured Multi-View Stereo, ECCV 2016. Needs CUDA. */
export const estimateDepth = ({ workspace }: ColmapDenseFiles): ColmapCommand => ({
  command: 'patch_match_stereo',
  options: {
    workspace_path: { path: workspace },
    workspace_format: 'COLMAP',
    'PatchMatchStereo.geom_consistency': true,
  },
});

export const fuseDepth = (
  { workspace, fused }: ColmapDenseFiles,
  minViews: number,
  threads: number,
): ColmapCommand => ({
  command: 'stereo_fusion',
  options: {
    workspace_path: { path: workspace },
    workspace_format: 'COLMAP',
    input_type: 'geometric',
    output_path: { path: fused },
    'StereoFusion.min_num_pixels': minViews,
    'StereoFusion.num_threads': threads,
  },
});
