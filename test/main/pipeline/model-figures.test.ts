import { describe, expect, it } from 'vitest';
import { modelFigures } from '#main/pipeline/model-figures.js';
import type { PhotogrammetryResults } from '#main/pipeline/photogrammetry.js';

/** Results as far as the texture stage, with or without a normal map. */
function results(normalMap?: string): PhotogrammetryResults {
  const report = { textureSizePx: 4096, seenShare: 0.9, textureUse: 0.7 };
  const output = { report, ...(normalMap === undefined ? {} : { normalMap }) };
  return { texture: { output } } as unknown as PhotogrammetryResults;
}

const OPTIONS = { tier: 'premium' } as unknown as Parameters<typeof modelFigures>[1];

describe('the figures of the model in qa.json', () => {
  it('tell of a normal map where the texture stage baked one', () => {
    const { texture } = modelFigures(results('texture/normal-map.png'), OPTIONS, undefined);
    expect(texture).toEqual({ sizePx: 4096, seenShare: 0.9, utilization: 0.7, hasNormalMap: true });
  });

  it('tell of none where there is none', () => {
    expect(modelFigures(results(), OPTIONS, undefined).texture?.hasNormalMap).toBe(false);
  });
});
