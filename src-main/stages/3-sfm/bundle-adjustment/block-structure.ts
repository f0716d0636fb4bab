import { BASE_PARAMETER_COUNT, type BundleProblem, baseColumnsOf } from './bundle-problem.js';

/**
 * How the unknowns of the cameras form blocks, and which pairs of blocks share a point: the pattern of the reduced camera
 * system. Blocks are the poses of the adjusted images (6 unknowns each), then the intrinsics of the adjusted cameras.
 */
export class BlockStructure {
  readonly blockCount: number;
  /** Uint32Array[blocks + 1], first unknown of each block. */
  readonly blockOffsets: Uint32Array;
  /** Int32Array[images], block of each image's pose; -1: not adjusted. */
  readonly imageBlocks: Int32Array;
  /** Int32Array[cameras], block of each camera's intrinsics; -1: not adjusted. */
  readonly cameraBlocks: Int32Array;
  /** Uint8Array[cameras], number of adjusted parameters. */
  readonly freeCounts: Uint8Array;
  /** Int8Array[cameras*8*2]: for each adjusted parameter the one or two OPENCV parameters that it sets; -1: no second. */
  readonly freeColumns: Int8Array;
  /** Blocks a <= b of each pair, row by row. */
  readonly pairRows: Uint32Array;
  readonly pairColumns: Uint32Array;
  /** Uint32Array[pairs + 1], first element of the pair's row-major sub-matrix. */
  readonly pairOffsets: Uint32Array;
  /** Int32Array[blocks^2]: offset of the sub-matrix of blocks a <= b at a * blocks + b; -1: none. */
  readonly offsetOfPair: Int32Array;
  /** The greatest number of blocks that see one point, at most. */
  readonly maxBlocksPerPoint: number;

  constructor(problem: BundleProblem) {
    const { cameras, imageCameras, fixedPoses } = problem;
    const dimensions: number[] = [];
    this.imageBlocks = new Int32Array(imageCameras.length).fill(-1);
    for (let image = 0; image < imageCameras.length; image++) {
      if (fixedPoses.subarray(image * 6, image * 6 + 6).every((fixed) => fixed === 1)) continue;
      this.imageBlocks[image] = dimensions.length;
      dimensions.push(6);
    }
    this.cameraBlocks = new Int32Array(cameras.length).fill(-1);
    this.freeCounts = new Uint8Array(cameras.length);
    this.freeColumns = new Int8Array(cameras.length * BASE_PARAMETER_COUNT * 2).fill(-1);
    const used = new Set(imageCameras);
    cameras.forEach(({ model, free }, camera) => {
      const columns = baseColumnsOf(model).filter((_, index) => free[index]);
      if (columns.length === 0 || !used.has(camera)) return;
      this.freeCounts[camera] = columns.length;
      columns.forEach((pair, index) => {
        this.freeColumns.set(pair, (camera * BASE_PARAMETER_COUNT + index) * 2);
      });
      this.cameraBlocks[camera] = dimensions.length;
      dimensions.push(columns.length);
    });

    this.blockCount = dimensions.length;
    this.blockOffsets = new Uint32Array(dimensions.length + 1);
    dimensions.forEach((dimension, block) => {
      this.blockOffsets[block + 1] = this.blockOffsets[block]! + dimension;
    });
    const { table, maxBlocksPerPoint } = this.#findPairs(problem);
    this.maxBlocksPerPoint = maxBlocksPerPoint;
    this.offsetOfPair = table;
    const pairs: number[] = [];
    table.forEach((mark, index) => {
      if (mark >= 0) pairs.push(index);
    });
    this.pairRows = Uint32Array.from(pairs, (index) => Math.floor(index / this.blockCount));
    this.pairColumns = Uint32Array.from(pairs, (index) => index % this.blockCount);
    this.pairOffsets = new Uint32Array(pairs.length + 1);
    pairs.forEach((index, pair) => {
      const size = dimensions[this.pairRows[pair]!]! * dimensions[this.pairColumns[pair]!]!;
      table[index] = this.pairOffsets[pair]!;
      this.pairOffsets[pair + 1] = this.pairOffsets[pair]! + size;
    });
  }

  get unknownCount(): number {
    return this.blockOffsets[this.blockCount]!;
  }

  dimension(block: number): number {
    return this.blockOffsets[block + 1]! - this.blockOffsets[block]!;
  }

  /** Offset of the diagonal sub-matrix of a block. */
  diagonal(block: number): number {
    return this.offsetOfPair[block * (this.blockCount + 1)]!;
  }

  /** Marks the pairs that share a point with 0; the diagonal always. */
  #findPairs({ pointOffsets, observationImages, imageCameras }: BundleProblem) {
    const n = this.blockCount;
    const table = new Int32Array(n * n).fill(-1);
    for (let block = 0; block < n; block++) table[block * n + block] = 0;
    const blocks: number[] = [];
    let maxBlocksPerPoint = 0;
    for (let point = 0; point + 1 < pointOffsets.length; point++) {
      blocks.length = 0;
      for (let o = pointOffsets[point]!; o < pointOffsets[point + 1]!; o++) {
        const image = observationImages[o]!;
        const pose = this.imageBlocks[image]!;
        const intrinsics = this.cameraBlocks[imageCameras[image]!]!;
        if (pose >= 0) blocks.push(pose);
        if (intrinsics >= 0 && !blocks.includes(intrinsics)) blocks.push(intrinsics);
      }
      maxBlocksPerPoint = Math.max(maxBlocksPerPoint, blocks.length);
      for (let i = 0; i < blocks.length; i++) {
        for (let j = i; j < blocks.length; j++) {
          const a = Math.min(blocks[i]!, blocks[j]!);
          const b = Math.max(blocks[i]!, blocks[j]!);
          table[a * n + b] = 0;
        }
      }
    }
    return { table, maxBlocksPerPoint };
  }
}
