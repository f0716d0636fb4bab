import { BASE_PARAMETER_COUNT, type BundleProblem, type BundleState, baseColumnsOf } from './bundle-problem.js';

/** Calls with each free parameter that has a prior: its camera, its place among the free ones, 1 / sigma^2, value - mean. */
export function forEachPrior(
  { cameras }: BundleProblem,
  state: BundleState,
  visit: (camera: number, unknown: number, weight: number, offset: number) => void,
): void {
  cameras.forEach(({ model, free, priors }, camera) => {
    let unknown = 0;
    baseColumnsOf(model).forEach(([column = 0], index) => {
      if (!free[index]) return;
      const prior = priors?.[index];
      const value = state.intrinsics[camera * BASE_PARAMETER_COUNT + column]!;
      if (prior) visit(camera, unknown, 1 / (prior.sigma * prior.sigma), value - prior.mean);
      unknown++;
    });
  });
}
