import { stageEngines } from '../../src-shared/pipeline/engines.js';
import { QUALITY_TIERS } from '../../src-shared/pipeline/quality-tiers.js';
import type { ReconstructOptions } from '../../src-shared/pipeline/reconstruct-options.js';
import { MAX_PHOTO_PIXELS } from '../formats/image/decode-photo.js';

/** What the user's choices mean for each stage; all else is the stages' own defaults. */
export function toStageOptions(options: ReconstructOptions) {
  const { tier, camera, triangles, textureSize, scale, crop, turn } = options;
  const quality = QUALITY_TIERS[tier];
  const maxTriangles = triangles ?? quality.triangleCount;
  return {
    import: camera
      ? { camera: [camera.fx, camera.fy, camera.cx, camera.cy, camera.k1, camera.k2, camera.p1, camera.p2] }
      : {},
    features: { maxDimensionPx: quality.featureMaxDimensionPx },
    colmap: { maxDimensionPx: quality.featureMaxDimensionPx },
    openmvg: {
      method: stageEngines(options).isSfmGlobal ? ('global' as const) : ('incremental' as const),
      featureDetail: { preview: -2, standard: 0, premium: 1 }[tier],
    },
    densify: { maxPixels: quality.depthMaxPixels },
    // OpenMVS reduces the photos for depth itself, and paints from all that they have.
    openMvsViews: { maxPixels: MAX_PHOTO_PIXELS },
    openMvsSurface: { refines: tier === 'premium' },
    views: { maxPixels: quality.depthMaxPixels },
    colmapDense: { maxPixels: quality.depthMaxPixels },
    simplify: { maxTriangles },
    texture: { textureSizePx: textureSize ?? quality.textureSizePx, bakeNormalMap: quality.bakeNormalMap },
    export: { scale, crop, turn, maxTriangles },
  };
}
