// Layout of the problem and of its solution in memory, shared by the files of this kernel, and its random numbers.

export const MAX_CANDIDATES: i32 = 8;
/** Cost of a plane that a source cannot see. Costs are 1 - NCC, 0..2. */
export const COST_UNSEEN: f32 = 2;

/** One source view. Pixels of a source: centre of the top-left pixel at (0.5, 0.5). 34 fields of 4 bytes. */
@unmanaged
export class Source {
  /** u32[height*width]. */
  quads: usize;
  /** u8[height*width], 0 out, or null. */
  mask: usize;
  /** f32[guideHeight*guideWidth]: inverse depths of this source (0 unknown), or null. */
  guide: usize;
  width: i32;
  height: i32;
  guideWidth: i32;
  guideHeight: i32;
  /** Guide pixels per source pixel. */
  guideScale: f32;
  /** Homogeneous source pixel = A (x, y, 1) + b w. */
  a00: f32;
  a01: f32;
  a02: f32;
  a10: f32;
  a11: f32;
  a12: f32;
  a20: f32;
  a21: f32;
  a22: f32;
  b0: f32;
  b1: f32;
  b2: f32;
  /** Homogeneous reference pixel = C (u, v, 1) + d w_source. */
  c00: f32;
  c01: f32;
  c02: f32;
  c10: f32;
  c11: f32;
  c12: f32;
  c20: f32;
  c21: f32;
  c22: f32;
  d0: f32;
  d1: f32;
  d2: f32;
  pad0: i32;
  pad1: i32;
}

/** The problem and the state of its solution. n = width*height. */
@unmanaged
export class Job {
  width: i32;
  height: i32;
  sourceCount: i32;
  /** Samples of a patch, 4 * blocks^2: a grid of 2x2 blocks of samples, row by row. */
  sampleCount: i32;
  /** Source[sourceCount]. */
  sources: usize;
  /** u8[n], the reference image. */
  gray: usize;
  /** u8[n]: 0 outside the mask, not sampled. */
  mask: usize;
  /** u8[n]: 0 = pixel is not estimated. */
  active: usize;
  /** f32[n] each: the planes. */
  inverseDepths: usize;
  slopesX: usize;
  slopesY: usize;
  /** f32[n]: weighted cost of the plane. */
  costs: usize;
  /** f32[n*sourceCount]: cost of the plane in each source; used by selecting sweeps only. */
  viewCosts: usize;
  /** u8[n*sourceCount]: view weights, 0..255. */
  viewWeights: usize;
  /** i32[sampleCount*2]: dx, dy of each sample. */
  offsets: usize;
  /** f32[sampleCount]: spatial weight of each sample. */
  spatialWeights: usize;
  /** f32[256]: weight by difference to the centre's intensity. */
  colorWeights: usize;
  /** f32[sampleCount*2]: weight, and weight * reference value, of the current patch. */
  patch: usize;
  /** f32[(MAX_CANDIDATES + 2)*sourceCount + 64]. */
  scratch: usize;
  fx: f32;
  fy: f32;
  cx: f32;
  cy: f32;
  inverseDepthMin: f32;
  inverseDepthMax: f32;
  /** Inverse depth that moves a pixel by one pixel in a typical source. */
  pixelStep: f32;
  /** Largest |dx|, |dy| of the samples. */
  radius: f32;
  noiseVariance: f32;
  /** Cost per pixel of forward-backward reprojection error, and the error at which it stops growing. */
  geometricWeight: f32;
  geometricLimit: f32;
  /** Smallest cosine between the plane's normal and the ray. */
  minCosine: f32;
  seed: u32;
  /** Blocks of 2x2 samples in a row of the patch, and the distance of samples. */
  blocks: i32;
  step: f32;
}

export function sourceAt(job: Job, index: i32): Source {
  return changetype<Source>(job.sources + <usize>index * offsetof<Source>());
}

let random: u32 = 0;

/** Starts the random numbers of one visit of a pixel. */
export function seedRandom(seed: u32): void {
  random = seed;
}

/** Integer hash with low bias (Ellis, "hash-prospector", lowbias32). */
export function hash(value: u32): u32 {
  value ^= value >> 16;
  value *= 0x21f0aaad;
  value ^= value >> 15;
  value *= 0x735a2d97;
  return value ^ (value >> 15);
}

/** Uniform in [-1, 1). */
export function uniform(): f32 {
  random += 0x9e3779b9;
  return <f32>(<i32>hash(random)) * <f32>(1.0 / 2147483648.0);
}
