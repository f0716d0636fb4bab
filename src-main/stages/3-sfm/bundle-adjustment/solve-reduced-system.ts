import { factorCholesky, solveCholesky } from '../../../linalg/cholesky.js';
import type { BlockStructure } from './block-structure.js';
import type { ReducedCameraSystem } from './reduced-camera-system.js';

export interface ReducedSolverOptions {
  /** Up to this many unknowns (6 an image) the system is factored; beyond, conjugate gradients solve it. */
  readonly maxDenseUnknowns: number;
  readonly maxConjugateGradientIterations: number;
  /** Residual relative to the right side at which conjugate gradients stop. */
  readonly conjugateGradientTolerance: number;
}

export const REDUCED_SOLVER_DEFAULTS: ReducedSolverOptions = {
  maxDenseUnknowns: 1200,
  maxConjugateGradientIterations: 100,
  conjugateGradientTolerance: 0.05,
};

/**
 * Solves S dc = -b.
 *
 * @returns Float64Array[unknowns], or undefined when S is not positive definite: damp more
 */
export function solveReducedSystem(
  system: ReducedCameraSystem,
  options: ReducedSolverOptions,
): Float64Array | undefined {
  const isSmall = system.structure.unknownCount <= options.maxDenseUnknowns;
  return isSmall ? solveDense(system) : solveByConjugateGradients(system, options);
}

function solveDense({ structure, values, gradient }: ReducedCameraSystem): Float64Array | undefined {
  const n = structure.unknownCount;
  const A = new Float64Array(n * n);
  const { pairRows, pairColumns, pairOffsets, blockOffsets } = structure;
  for (let pair = 0; pair < pairRows.length; pair++) {
    const row = blockOffsets[pairRows[pair]!]!;
    const column = blockOffsets[pairColumns[pair]!]!;
    const columns = structure.dimension(pairColumns[pair]!);
    for (let s = pairOffsets[pair]!, i = 0; s < pairOffsets[pair + 1]!; s++, i++) {
      // a <= b: the transposed sub-matrix is in the lower triangle
      A[(column + (i % columns)) * n + row + Math.floor(i / columns)] = values[s]!;
    }
  }
  if (!factorCholesky(A, n)) return undefined;
  const step = gradient.map((value) => -value);
  solveCholesky(A, n, step);
  return step;
}

/**
 * Conjugate gradients preconditioned by the inverse diagonal blocks of S (block Jacobi).
 * Based on: Agarwal et al., Bundle adjustment in the large, ECCV 2010, sections 4.1 and 4.2.
 */
function solveByConjugateGradients(
  { structure, values, gradient }: ReducedCameraSystem,
  options: ReducedSolverOptions,
): Float64Array | undefined {
  const factors = factorDiagonal(structure, values);
  if (factors === undefined) return undefined;
  const n = structure.unknownCount;
  const x = new Float64Array(n);
  const residual = gradient.map((value) => -value);
  const z = precondition(structure, factors, residual);
  const direction = z.slice();
  const product = new Float64Array(n);
  const limit = options.conjugateGradientTolerance ** 2 * dot(residual, residual);
  let rz = dot(residual, z);
  for (let iteration = 0; iteration < options.maxConjugateGradientIterations; iteration++) {
    if (rz <= 0 || dot(residual, residual) <= limit) break;
    multiply(structure, values, direction, product);
    const curvature = dot(direction, product);
    if (!(curvature > 0)) return undefined;
    const alpha = rz / curvature;
    for (let i = 0; i < n; i++) {
      x[i]! += alpha * direction[i]!;
      residual[i]! -= alpha * product[i]!;
    }
    z.set(precondition(structure, factors, residual));
    const next = dot(residual, z);
    const beta = next / rz;
    for (let i = 0; i < n; i++) direction[i] = z[i]! + beta * direction[i]!;
    rz = next;
  }
  return x;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function factorDiagonal(structure: BlockStructure, values: Float64Array): Float64Array[] | undefined {
  const factors: Float64Array[] = [];
  for (let block = 0; block < structure.blockCount; block++) {
    const dimension = structure.dimension(block);
    const start = structure.diagonal(block);
    const factor = values.slice(start, start + dimension * dimension);
    if (!factorCholesky(factor, dimension)) return undefined;
    factors.push(factor);
  }
  return factors;
}

function precondition(structure: BlockStructure, factors: readonly Float64Array[], r: Float64Array): Float64Array {
  const z = r.slice();
  factors.forEach((factor, block) => {
    const start = structure.blockOffsets[block]!;
    const dimension = structure.dimension(block);
    solveCholesky(factor, dimension, z.subarray(start, start + dimension));
  });
  return z;
}

/** y = S x, by the upper triangle of blocks. */
function multiply(structure: BlockStructure, values: Float64Array, x: Float64Array, y: Float64Array): void {
  const { pairRows, pairColumns, pairOffsets, blockOffsets } = structure;
  y.fill(0);
  for (let pair = 0; pair < pairRows.length; pair++) {
    const a = pairRows[pair]!;
    const b = pairColumns[pair]!;
    const row = blockOffsets[a]!;
    const column = blockOffsets[b]!;
    const rows = blockOffsets[a + 1]! - row;
    const columns = blockOffsets[b + 1]! - column;
    let s = pairOffsets[pair]!;
    for (let i = 0; i < rows; i++) {
      let sum = 0;
      const xi = x[row + i]!;
      for (let j = 0; j < columns; j++, s++) {
        sum += values[s]! * x[column + j]!;
        if (a !== b) y[column + j]! += values[s]! * xi;
      }
      y[row + i]! += sum;
    }
  }
}
