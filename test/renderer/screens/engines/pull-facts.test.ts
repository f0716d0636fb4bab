import { describe, expect, it } from 'vitest';
import { overallProgress, pullFraction, whereabouts } from '../../../../src-renderer/screens/engines/pull-facts.js';
import type { EngineResource } from '../../../../src-shared/api/capability-schemas.js';
import type { ImagePull } from '../../../../src-shared/api/pull-schemas.js';

const pull = (image: string, state: ImagePull['state'], progress: number): ImagePull => ({
  ...{ engine: 'colmap', image, state, progress, layers_done: 0, layers_known: 0 },
  ...{ started_at: null, finished_at: null, error: null },
});

const ENGINE: EngineResource = {
  ...{ name: 'colmap', title: 'COLMAP', available: true, version: '3.8', place: 'native', folder: '/usr/bin' },
  ...{ image: null, image_digest: null, image_bytes: null, missing_image: null, sfm: true, dense: false },
  ...{ reason: null, hint: null },
};

describe('the progress of downloads', () => {
  it('is not known before a layer has come', () => {
    expect(pullFraction(pull('a', 'pulling', 0))).toBeUndefined();
    expect(pullFraction(pull('a', 'pulling', 0.3))).toBe(0.3);
  });

  it('counts an image once, and only those that run', () => {
    expect(overallProgress([undefined, pull('a', 'completed', 1)])).toBeUndefined();
    expect(
      overallProgress([pull('a', 'pulling', 0.2), pull('a', 'pulling', 0.2), pull('b', 'pulling', 0.6)]),
    ).toBeCloseTo(0.4);
  });
});

describe('where an engine is', () => {
  it('is its folder, its image with the size, or Atlas itself', () => {
    expect(whereabouts(ENGINE)).toBe('Version 3.8, in /usr/bin');
    const inImage = { place: 'container', folder: null, image: 'colmap/colmap', image_bytes: 1.5e9 } as const;
    expect(whereabouts({ ...ENGINE, ...inImage })).toBe('Version 3.8, in the container image colmap/colmap (1.5 GB)');
    expect(whereabouts({ ...ENGINE, place: 'built-in', folder: null })).toBe('Version 3.8, part of Atlas');
  });

  it('tells no version that is not known', () => {
    expect(whereabouts({ ...ENGINE, version: 'unknown' })).toBe('In /usr/bin');
  });
});
