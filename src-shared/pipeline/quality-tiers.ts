/** The qualities people choose from. Unset options take the tier's values. */
export const QUALITY_TIERS = {
  preview: {
    triangleCount: 25_000,
    textureSizePx: 1024,
    featureMaxDimensionPx: 1600,
    depthMaxPixels: 250_000,
    bakeNormalMap: false,
  },
  standard: {
    triangleCount: 100_000,
    textureSizePx: 2048,
    featureMaxDimensionPx: 3200,
    depthMaxPixels: 800_000,
    bakeNormalMap: false,
  },
  premium: {
    triangleCount: 250_000,
    textureSizePx: 4096,
    featureMaxDimensionPx: 4800,
    depthMaxPixels: 2_000_000,
    bakeNormalMap: true,
  },
} as const;

export type QualityTier = keyof typeof QUALITY_TIERS;
