import { describe, expect, it } from 'vitest';
import { phasesOf } from '../../../src-renderer/screens/progress/phases.js';

describe('phasesOf', () => {
  it('shows what is done, what runs with its own share, and what is to come', () => {
    const phases = phasesOf(45, 'depth', undefined, false);
    expect(phases.map(({ state }) => state)).toEqual(['done', 'done', 'now', 'next', 'next']);
    expect(phases[2]?.fraction).toBeCloseTo(0.5, 9);
  });

  it('stretches the parts of a run that ends early', () => {
    const phases = phasesOf(50, 'mapping', 'sfm', false);
    expect(phases.map(({ state }) => state)).toEqual(['done', 'now']);
    expect(phases[1]?.fraction).toBeCloseTo((50 - 100 / 3) / (100 - 100 / 3), 9);
  });

  it('has everything before it when nothing has begun, and behind it when all is done', () => {
    expect(phasesOf(0, null, undefined, false).every(({ state }) => state === 'next')).toBe(true);
    expect(phasesOf(100, 'export', undefined, true).every(({ state }) => state === 'done')).toBe(true);
  });
});
