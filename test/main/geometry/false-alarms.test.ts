import { describe, expect, it } from 'vitest';
import { logFalseAlarms } from '#main/geometry/false-alarms.js';

describe('logFalseAlarms', () => {
  it('follows the formula', () => {
    // 3 (10 - 7) C(10, 9) C(9, 7) 0.01^2
    expect(logFalseAlarms(10, 9, 7, 3, 0.01)).toBeCloseTo(Math.log10(3 * 3 * 10 * 36 * 1e-4), 12);
  });

  it('falls with more inliers and rises with more matches', () => {
    expect(logFalseAlarms(100, 30, 7, 3, 0.01)).toBeLessThan(logFalseAlarms(100, 20, 7, 3, 0.01));
    expect(logFalseAlarms(1000, 20, 7, 3, 0.01)).toBeGreaterThan(logFalseAlarms(100, 20, 7, 3, 0.01));
  });

  it('is above 1 for what chance gives', () => {
    // A hundredth of 1000 random matches fits any line, besides the seven that were drawn.
    expect(logFalseAlarms(1000, 17, 7, 3, 0.01)).toBeGreaterThan(0);
  });
});
