import { QUALITY_TIERS } from '../../src-shared/pipeline/quality-tiers.js';
import type { ReconstructOptions } from '../../src-shared/pipeline/reconstruct-options.js';

/** What the user's choices mean for each stage; all else is the stages' own defaults. */
export function toStageOptions({ tier, camera, triangles, textureSize, scale, crop, turn }: ReconstructOptions) {
  const quality = QUALITY_TIERS[tier];
  const maxTriangles = triangles ?? quality.triangleCount;
  return {
    import: camera
      ? { camera: [camera.fx, camera.fy, camera.cx, camera.cy, camera.k1, camera.k2, camera.p1, camera.p2] }
      : {},
    features: { maxDimensionPx: quality.featureMaxDimensionPx },
    colmap: { maxDimensionPx: quality.featureMaxDimensionPx },
    views: { maxPixels: quality.depthMaxPixels },
    simplify: { maxTriangles },
    texture: { textureSizePx: textureSize ?? quality.textureSizePx, bakeNormalMap: quality.bakeNormalMap },
    export: { scale, crop, turn, maxTriangles },
  };
}
