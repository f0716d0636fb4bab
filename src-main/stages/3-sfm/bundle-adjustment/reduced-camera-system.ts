import { BlockStructure } from './block-structure.js';
import { BASE_PARAMETER_COUNT, type BundleProblem, type BundleState } from './bundle-problem.js';
import { forEachPrior } from './camera-priors.js';
import { invertSymmetric, subtractPair, subtractPosePair } from './elimination-loops.js';
import { BEHIND_CAMERA_SQUARED_PX, Linearization } from './linearize-observation.js';
import { lossValue, lossWeight, type RobustLoss } from './robust-loss.js';

/** Room for one block in the scratch of a point: at most 8 unknowns x 3 coordinates. */
const STRIDE = 24;

/**
 * The damped normal equations of bundle adjustment with the points eliminated (Schur complement): S dc = -b for the unknowns
 * of the cameras. S is stored by pairs of blocks that share a point, so neither memory nor time grows with the square of the
 * number of images where few pairs do.
 *
 * Based on: Triggs et al., Bundle adjustment, a modern synthesis, 1999, section 6; Agarwal et al., Bundle adjustment in the
 * large, ECCV 2010. Nothing is kept per observation: the back substitution computes the Jacobians once more, which is cheaper
 * than to store them. Robust losses act as weights (iteratively reweighted least squares).
 */
export class ReducedCameraSystem {
  readonly structure: BlockStructure;
  /** The sub-matrices of S, at the structure's offsets; diagonal ones are whole. */
  readonly values: Float64Array;
  /** Right side b: the reduced gradient. */
  readonly gradient: Float64Array;
  /** The gradient of the camera unknowns before the points were eliminated. */
  readonly cameraGradient: Float64Array;
  /** Diagonal of the camera part of J^T J, undamped. */
  readonly cameraDiagonal: Float64Array;
  /** Half the sum of losses and squared priors, at the linearization. */
  cost = 0;

  readonly #problem: BundleProblem;
  readonly #loss: RobustLoss;
  /** Uint8Array[unknowns], 1 for kept components of poses. */
  readonly #fixed: Uint8Array;
  /** Of each point: symmetric inverse of the damped block (xx, xy, xz, yy, yz, zz), gradient, undamped diagonal. */
  readonly #pointInverses: Float64Array;
  readonly #pointGradients: Float64Array;
  readonly #pointDiagonals: Float64Array;
  /** Blocks that see the current point, their products with it W = Jc^T Jx (dimension x 3), and Y = W V^-1. */
  readonly #trackBlocks: Int32Array;
  readonly #W: Float64Array;
  readonly #Y: Float64Array;
  readonly #free = new Float64Array(2 * BASE_PARAMETER_COUNT);
  readonly #at = new Linearization();

  constructor(problem: BundleProblem, loss: RobustLoss) {
    this.#problem = problem;
    this.#loss = loss;
    const structure = new BlockStructure(problem);
    this.structure = structure;
    this.values = new Float64Array(structure.pairOffsets.at(-1) ?? 0);
    this.gradient = new Float64Array(structure.unknownCount);
    this.cameraGradient = new Float64Array(structure.unknownCount);
    this.cameraDiagonal = new Float64Array(structure.unknownCount);
    this.#fixed = new Uint8Array(structure.unknownCount);
    structure.imageBlocks.forEach((block, image) => {
      const components = problem.fixedPoses.subarray(image * 6, image * 6 + 6);
      if (block >= 0) this.#fixed.set(components, structure.blockOffsets[block]!);
    });
    const pointCount = problem.pointOffsets.length - 1;
    this.#pointInverses = new Float64Array(pointCount * 6);
    this.#pointGradients = new Float64Array(pointCount * 3);
    this.#pointDiagonals = new Float64Array(pointCount * 3);
    this.#trackBlocks = new Int32Array(structure.maxBlocksPerPoint);
    this.#W = new Float64Array(structure.maxBlocksPerPoint * STRIDE);
    this.#Y = new Float64Array(structure.maxBlocksPerPoint * STRIDE);
  }

  /** Builds S and b at a state. @param lambda damping, relative to the diagonal (Marquardt) */
  build(state: BundleState, lambda: number): void {
    this.values.fill(0);
    this.gradient.fill(0);
    this.cameraGradient.fill(0);
    this.cameraDiagonal.fill(0);
    this.cost = 0;
    const pointCount = this.#problem.pointOffsets.length - 1;
    for (let point = 0; point < pointCount; point++) {
      const blockCount = this.#addPoint(state, point, 1 + lambda);
      if (blockCount > 0) this.#eliminatePoint(point, blockCount);
    }
    this.#addPriors(state);
    this.#finish(lambda);
  }

  /** Adds the observations of a point. @returns the number of blocks to eliminate it from; 0 if it is kept or undetermined */
  #addPoint(state: BundleState, point: number, damping: number): number {
    const { pointOffsets, observationImages, observationPixels, imageCameras, fixedPoints } = this.#problem;
    const at = this.#at;
    const J = at.point;
    let blockCount = 0;
    let [v0, v1, v2, v3, v4, v5] = [0, 0, 0, 0, 0, 0];
    let [g0, g1, g2] = [0, 0, 0];
    for (let o = pointOffsets[point]!; o < pointOffsets[point + 1]!; o++) {
      const image = observationImages[o]!;
      const camera = imageCameras[image]!;
      if (!at.compute(state, image, camera, point, observationPixels[o * 2]!, observationPixels[o * 2 + 1]!)) {
        this.cost += 0.5 * lossValue(this.#loss, BEHIND_CAMERA_SQUARED_PX);
        continue;
      }
      const ru = at.residual[0]!;
      const rv = at.residual[1]!;
      const squared = ru * ru + rv * rv;
      this.cost += 0.5 * lossValue(this.#loss, squared);
      const w = lossWeight(this.#loss, squared);
      v0 += w * (J[0]! * J[0]! + J[3]! * J[3]!);
      v1 += w * (J[0]! * J[1]! + J[3]! * J[4]!);
      v2 += w * (J[0]! * J[2]! + J[3]! * J[5]!);
      v3 += w * (J[1]! * J[1]! + J[4]! * J[4]!);
      v4 += w * (J[1]! * J[2]! + J[4]! * J[5]!);
      v5 += w * (J[2]! * J[2]! + J[5]! * J[5]!);
      g0 += w * (J[0]! * ru + J[3]! * rv);
      g1 += w * (J[1]! * ru + J[4]! * rv);
      g2 += w * (J[2]! * ru + J[5]! * rv);
      blockCount = this.#addObservation(image, camera, w, blockCount);
    }
    if (fixedPoints?.[point] === 1) return 0;
    this.#pointDiagonals[point * 3] = v0;
    this.#pointDiagonals[point * 3 + 1] = v3;
    this.#pointDiagonals[point * 3 + 2] = v5;
    this.#pointGradients[point * 3] = g0;
    this.#pointGradients[point * 3 + 1] = g1;
    this.#pointGradients[point * 3 + 2] = g2;
    const out = this.#pointInverses;
    return invertSymmetric(v0 * damping, v1, v2, v3 * damping, v4, v5 * damping, out, point * 6) ? blockCount : 0;
  }

  /** Adds the camera part of an observation to S and b, and W. @returns the number of blocks that see the point so far */
  #addObservation(image: number, camera: number, w: number, blockCount: number): number {
    const { imageBlocks, cameraBlocks, blockOffsets, offsetOfPair, blockCount: n } = this.structure;
    const { residual, point: Jx, pose: Jc } = this.#at;
    const { values, cameraGradient, cameraDiagonal } = this;
    const W = this.#W;
    let count = blockCount;
    const pose = imageBlocks[image]!;
    if (pose >= 0) {
      const S = offsetOfPair[pose * n + pose]!;
      const g = blockOffsets[pose]!;
      const k = count * STRIDE;
      this.#trackBlocks[count++] = pose;
      for (let i = 0; i < 6; i++) {
        const a = w * Jc[i]!;
        const b = w * Jc[6 + i]!;
        for (let j = i; j < 6; j++) values[S + i * 6 + j]! += a * Jc[j]! + b * Jc[6 + j]!;
        cameraDiagonal[g + i]! += a * Jc[i]! + b * Jc[6 + i]!;
        cameraGradient[g + i]! += a * residual[0]! + b * residual[1]!;
        W[k + i * 3] = a * Jx[0]! + b * Jx[3]!;
        W[k + i * 3 + 1] = a * Jx[1]! + b * Jx[4]!;
        W[k + i * 3 + 2] = a * Jx[2]! + b * Jx[5]!;
      }
    }
    const intrinsics = cameraBlocks[camera]!;
    if (intrinsics < 0) return count;

    let slot = 0; // photos of one camera share its block
    while (slot < count && this.#trackBlocks[slot] !== intrinsics) slot++;
    if (slot === count) {
      this.#trackBlocks[count++] = intrinsics;
      W.fill(0, slot * STRIDE, slot * STRIDE + STRIDE);
    }
    const dimension = this.structure.freeCounts[camera]!;
    const free = this.#freeJacobian(camera, dimension);
    const S = offsetOfPair[intrinsics * n + intrinsics]!;
    const mixed = pose >= 0 ? offsetOfPair[pose * n + intrinsics]! : -1;
    const g = blockOffsets[intrinsics]!;
    for (let i = 0; i < dimension; i++) {
      const a = w * free[i]!;
      const b = w * free[8 + i]!;
      for (let j = i; j < dimension; j++) values[S + i * dimension + j]! += a * free[j]! + b * free[8 + j]!;
      if (mixed >= 0) for (let j = 0; j < 6; j++) values[mixed + j * dimension + i]! += a * Jc[j]! + b * Jc[6 + j]!;
      cameraDiagonal[g + i]! += a * free[i]! + b * free[8 + i]!;
      cameraGradient[g + i]! += a * residual[0]! + b * residual[1]!;
      W[slot * STRIDE + i * 3]! += a * Jx[0]! + b * Jx[3]!;
      W[slot * STRIDE + i * 3 + 1]! += a * Jx[1]! + b * Jx[4]!;
      W[slot * STRIDE + i * 3 + 2]! += a * Jx[2]! + b * Jx[5]!;
    }
    return count;
  }

  /** The columns of the current observation's Jacobian for the camera's free parameters: [2*8]. */
  #freeJacobian(camera: number, count: number): Float64Array {
    const { freeColumns } = this.structure;
    const J = this.#at.intrinsics;
    const free = this.#free;
    for (let i = 0; i < count; i++) {
      const first = freeColumns[(camera * BASE_PARAMETER_COUNT + i) * 2]!;
      const second = freeColumns[(camera * BASE_PARAMETER_COUNT + i) * 2 + 1]!;
      free[i] = J[first]! + (second >= 0 ? J[second]! : 0);
      free[8 + i] = J[8 + first]! + (second >= 0 ? J[8 + second]! : 0);
    }
    return free;
  }

  /** S -= W V^-1 W^T and b -= W V^-1 g over the blocks that see the point. */
  #eliminatePoint(point: number, blockCount: number): void {
    const { blockOffsets, offsetOfPair, blockCount: n } = this.structure;
    const { values, gradient } = this;
    const W = this.#W;
    const Y = this.#Y;
    const blocks = this.#trackBlocks;
    const V = this.#pointInverses;
    const g = this.#pointGradients;
    const v = point * 6;
    for (let i = 0; i < blockCount; i++) {
      const start = blockOffsets[blocks[i]!]!;
      const dimension = blockOffsets[blocks[i]! + 1]! - start;
      for (let row = 0; row < dimension; row++) {
        const k = i * STRIDE + row * 3;
        const y0 = W[k]! * V[v]! + W[k + 1]! * V[v + 1]! + W[k + 2]! * V[v + 2]!;
        const y1 = W[k]! * V[v + 1]! + W[k + 1]! * V[v + 3]! + W[k + 2]! * V[v + 4]!;
        const y2 = W[k]! * V[v + 2]! + W[k + 1]! * V[v + 4]! + W[k + 2]! * V[v + 5]!;
        Y[k] = y0;
        Y[k + 1] = y1;
        Y[k + 2] = y2;
        gradient[start + row]! -= y0 * g[point * 3]! + y1 * g[point * 3 + 1]! + y2 * g[point * 3 + 2]!;
      }
    }
    for (let i = 0; i < blockCount; i++) {
      for (let j = i; j < blockCount; j++) {
        const isOrdered = blocks[i]! <= blocks[j]!;
        const p = isOrdered ? i : j;
        const q = isOrdered ? j : i;
        const a = blocks[p]!;
        const b = blocks[q]!;
        const s = offsetOfPair[a * n + b]!;
        const rows = blockOffsets[a + 1]! - blockOffsets[a]!;
        const columns = blockOffsets[b + 1]! - blockOffsets[b]!;
        if (rows === 6 && columns === 6) subtractPosePair(values, s, Y, p * STRIDE, W, q * STRIDE);
        else subtractPair(values, s, Y, p * STRIDE, rows, W, q * STRIDE, columns);
      }
    }
  }

  #addPriors(state: BundleState): void {
    const { cameraBlocks, blockOffsets } = this.structure;
    forEachPrior(this.#problem, state, (camera, unknown, weight, offset) => {
      this.cost += 0.5 * weight * offset * offset;
      const block = cameraBlocks[camera]!;
      if (block < 0) return;
      const index = blockOffsets[block]! + unknown;
      this.values[this.structure.diagonal(block) + unknown * (this.structure.dimension(block) + 1)]! += weight;
      this.cameraDiagonal[index]! += weight;
      this.cameraGradient[index]! += weight * offset;
    });
  }

  /** Completes b, turns kept components into unknowns that stay 0, damps and completes the diagonal sub-matrices. */
  #finish(lambda: number): void {
    const { pairRows, pairColumns, pairOffsets, blockOffsets } = this.structure;
    const fixed = this.#fixed;
    const { values } = this;
    for (let i = 0; i < fixed.length; i++) {
      if (fixed[i]) this.cameraGradient[i] = 0;
      this.gradient[i] = fixed[i] ? 0 : this.gradient[i]! + this.cameraGradient[i]!;
    }
    for (let pair = 0; pair < pairRows.length; pair++) {
      const [a, b] = [pairRows[pair]!, pairColumns[pair]!];
      const rows = this.structure.dimension(a);
      const columns = this.structure.dimension(b);
      const S = pairOffsets[pair]!;
      for (let i = 0; i < rows; i++) {
        const row = blockOffsets[a]! + i;
        for (let j = a === b ? i : 0; j < columns; j++) {
          const column = blockOffsets[b]! + j;
          if (row === column) values[S + i * columns + j]! += lambda * this.cameraDiagonal[row]!;
          if (fixed[row] || fixed[column]) values[S + i * columns + j] = row === column ? 1 : 0;
          if (a === b) values[S + j * columns + i] = values[S + i * columns + j]!;
        }
      }
    }
  }

  /**
   * Solves for the points given the step of the cameras: dx = -V^-1 (g + W^T dc).
   *
   * @param pointStep Float64Array[points*3], overwritten
   * @returns the decrease of the cost that the damped linear model predicts for the whole step
   */
  backSubstitute(state: BundleState, lambda: number, cameraStep: Float64Array, pointStep: Float64Array): number {
    const { pointOffsets, fixedPoints } = this.#problem;
    const V = this.#pointInverses;
    const g = this.#pointGradients;
    const D = this.#pointDiagonals;
    let predicted = 0;
    for (let i = 0; i < cameraStep.length; i++) {
      const step = cameraStep[i]!;
      predicted += 0.5 * step * (lambda * this.cameraDiagonal[i]! * step - this.cameraGradient[i]!);
    }
    pointStep.fill(0);
    for (let point = 0; point + 1 < pointOffsets.length; point++) {
      if (fixedPoints?.[point] === 1) continue;
      const p = point * 3;
      const v = point * 6;
      const h = this.#trackProduct(state, point, cameraStep);
      const h0 = g[p]! + h[0]!;
      const h1 = g[p + 1]! + h[1]!;
      const h2 = g[p + 2]! + h[2]!;
      pointStep[p] = -(V[v]! * h0 + V[v + 1]! * h1 + V[v + 2]! * h2);
      pointStep[p + 1] = -(V[v + 1]! * h0 + V[v + 3]! * h1 + V[v + 4]! * h2);
      pointStep[p + 2] = -(V[v + 2]! * h0 + V[v + 4]! * h1 + V[v + 5]! * h2);
      for (let i = p; i < p + 3; i++) predicted += 0.5 * pointStep[i]! * (lambda * D[i]! * pointStep[i]! - g[i]!);
    }
    return predicted;
  }

  readonly #product = new Float64Array(3);

  /** W^T dc of one point. */
  #trackProduct(state: BundleState, point: number, cameraStep: Float64Array): Float64Array {
    const { pointOffsets, observationImages, observationPixels, imageCameras } = this.#problem;
    const { imageBlocks, cameraBlocks, blockOffsets, freeCounts } = this.structure;
    const at = this.#at;
    const out = this.#product.fill(0);
    for (let o = pointOffsets[point]!; o < pointOffsets[point + 1]!; o++) {
      const image = observationImages[o]!;
      const camera = imageCameras[image]!;
      if (!at.compute(state, image, camera, point, observationPixels[o * 2]!, observationPixels[o * 2 + 1]!)) continue;
      let du = 0;
      let dv = 0;
      const pose = imageBlocks[image]!;
      if (pose >= 0) {
        const c = blockOffsets[pose]!;
        for (let i = 0; i < 6; i++) {
          du += at.pose[i]! * cameraStep[c + i]!;
          dv += at.pose[6 + i]! * cameraStep[c + i]!;
        }
      }
      const intrinsics = cameraBlocks[camera]!;
      if (intrinsics >= 0) {
        const c = blockOffsets[intrinsics]!;
        const free = this.#freeJacobian(camera, freeCounts[camera]!);
        for (let i = 0; i < freeCounts[camera]!; i++) {
          du += free[i]! * cameraStep[c + i]!;
          dv += free[8 + i]! * cameraStep[c + i]!;
        }
      }
      const w = lossWeight(this.#loss, at.residual[0]! * at.residual[0]! + at.residual[1]! * at.residual[1]!);
      for (let i = 0; i < 3; i++) out[i]! += w * (at.point[i]! * du + at.point[3 + i]! * dv);
    }
    return out;
  }
}
