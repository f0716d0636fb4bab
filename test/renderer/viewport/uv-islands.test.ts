import { describe, expect, it } from 'vitest';
import { uvIslands } from '../../../src-renderer/viewport/uv-islands.js';

describe('islands of a texture', () => {
  it('are counted, and have the edges of one triangle as their borders', () => {
    // A square of two triangles, and a triangle apart; vertex 7 is unused.
    const uvs = [0, 0, 0.5, 0, 0.5, 0.5, 0, 0.5, 0.6, 0.6, 0.9, 0.6, 0.9, 0.9, 1, 1];
    const { count, lines } = uvIslands([0, 1, 2, 0, 2, 3, 4, 5, 6], uvs);
    expect(count).toBe(2);
    expect(lines.length / 4).toBe(4 + 3);
    const ends = Array.from({ length: 7 }, (_, i) => Array.from(lines.subarray(i * 4, i * 4 + 4)).join(' '));
    expect(ends).not.toContain('0 0 0.5 0.5');
  });
});
