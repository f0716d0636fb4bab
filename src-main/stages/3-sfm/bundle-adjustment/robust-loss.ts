/** How the squared residual of an observation counts; `scalePx` is where it stops to count as an inlier's. */
export interface RobustLoss {
  readonly kind: 'squared' | 'huber' | 'soft-l1' | 'cauchy';
  readonly scalePx: number;
}

/**
 * The loss rho(s) of a squared residual s, with rho(0) = 0 and rho'(0) = 1.
 * Based on: Triggs et al., Bundle adjustment, a modern synthesis, 1999, section 3.3.
 *
 * @param s squared residual, px^2
 */
export function lossValue({ kind, scalePx }: RobustLoss, s: number): number {
  const c2 = scalePx * scalePx;
  switch (kind) {
    case 'squared':
      return s;
    case 'huber':
      return s <= c2 ? s : 2 * scalePx * Math.sqrt(s) - c2;
    case 'soft-l1':
      return 2 * c2 * (Math.sqrt(1 + s / c2) - 1);
    case 'cauchy':
      return c2 * Math.log1p(s / c2);
  }
}

/** The weight rho'(s) of the observation in iteratively reweighted least squares. */
export function lossWeight({ kind, scalePx }: RobustLoss, s: number): number {
  const c2 = scalePx * scalePx;
  switch (kind) {
    case 'squared':
      return 1;
    case 'huber':
      return s <= c2 ? 1 : scalePx / Math.sqrt(s);
    case 'soft-l1':
      return 1 / Math.sqrt(1 + s / c2);
    case 'cauchy':
      return 1 / (1 + s / c2);
  }
}
