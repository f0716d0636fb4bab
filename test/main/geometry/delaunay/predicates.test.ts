import { insphere, orient3d } from 'robust-predicates';
import { describe, expect, it } from 'vitest';
import { inSphere, orientation } from '#main/geometry/delaunay/predicates.js';
import { Random } from '#main/geometry/random.js';

/** Five points: of a small grid at a large offset with changes of a few units in the last place, so nearly degenerate. */
function nearlyDegenerate(random: Random): Float64Array {
  const ulps = () => (random.below(3) === 0 ? (random.below(5) - 2) * 2 ** -46 : 0);
  return Float64Array.from({ length: 15 }, () => 100 + random.below(3) + ulps());
}

type Numbers<N extends number, T extends number[] = []> = T['length'] extends N ? T : Numbers<N, [...T, number]>;

describe('predicates', () => {
  it('have the exact signs on 20,000 nearly degenerate cases (seed 11)', () => {
    const random = new Random(11);
    let zeros = 0;
    for (let n = 0; n < 20_000; n++) {
      const P = nearlyDegenerate(random);
      const exactSide = -Math.sign(orient3d(...([...P.subarray(0, 12)] as Numbers<12>)));
      if (exactSide === 0) zeros++;
      if (Math.sign(orientation(P, 0, 1, 2, 3)) + 0 !== exactSide + 0) expect.fail(`orientation of ${P}`);
      const exactSphere = Math.sign(insphere(...([...P] as Numbers<15>)));
      if (Math.sign(inSphere(P, 0, 1, 2, 3, 4)) + 0 !== exactSphere + 0) expect.fail(`inSphere of ${P}`);
    }
    expect(zeros).toBeGreaterThan(100);
  });

  it('count a right-handed tetrahedron as positive, and a point at its centre as inside', () => {
    const P = Float64Array.of(0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0.25, 0.25, 0.25, 2, 2, 2);
    expect(orientation(P, 0, 1, 2, 3)).toBeGreaterThan(0);
    expect(inSphere(P, 0, 1, 2, 3, 4)).toBeGreaterThan(0);
    expect(inSphere(P, 0, 1, 2, 3, 5)).toBeLessThan(0);
  });
});
