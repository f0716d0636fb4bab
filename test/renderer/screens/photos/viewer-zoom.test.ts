import { describe, expect, it } from 'vitest';
import { FITTED, fitScale, panBy, scaleOf, zoomTo } from '../../../../src-renderer/screens/photos/viewer-zoom.js';

const PHOTO = { width: 4000, height: 3000 };
const STAGE = { width: 1000, height: 1000 };

describe('the zoom of a photo', () => {
  it('shows it whole at first, and again when zoomed out', () => {
    expect(fitScale(PHOTO, STAGE)).toBe(0.25);
    expect(scaleOf(FITTED, PHOTO, STAGE)).toBe(0.25);
    expect(zoomTo({ scale: 1, x: 50, y: 50 }, 0.1, PHOTO, STAGE)).toEqual(FITTED);
  });

  it('keeps what is under the pointer there', () => {
    const at = { x: 200, y: -100 };
    const one = zoomTo(FITTED, 1, PHOTO, STAGE, at);
    const two = zoomTo(one, 2, PHOTO, STAGE, at);
    // The photo's point under the pointer, in photo pixels from its middle.
    for (const view of [one, two]) {
      const scale = scaleOf(view, PHOTO, STAGE);
      expect((at.x - view.x) / scale).toBeCloseTo(800, 9);
      expect((at.y - view.y) / scale).toBeCloseTo(-400, 9);
    }
  });

  it('is not moved beyond its edges, nor at all along a side that fits', () => {
    expect(panBy({ scale: 1, x: 0, y: 0 }, 9999, 9999, PHOTO, STAGE)).toEqual({ scale: 1, x: 1500, y: 1000 });
    expect(panBy({ scale: 0.3, x: 0, y: 0 }, -500, -500, PHOTO, STAGE)).toEqual({ scale: 0.3, x: -100, y: -0 });
  });

  it('ends at eight screen pixels a photo pixel, or where a tiny photo fits', () => {
    expect(zoomTo(FITTED, 99, PHOTO, STAGE).scale).toBe(8);
    expect(zoomTo(FITTED, 99, { width: 10, height: 10 }, STAGE)).toEqual(FITTED);
  });
});
