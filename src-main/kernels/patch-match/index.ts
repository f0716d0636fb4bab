import { StudioError } from '../../../src-shared/errors/studio-error.js';
import { KernelMemory } from '../wasm/kernel-memory.js';
import {
  checkProblem,
  type PatchMatchProblem,
  type PatchMatchSource,
  type PlaneField,
  patchRadius,
  sampleOffsets,
} from './problem.js';

export * from './problem.js';

export interface SelectingSweep {
  /** Number of this sweep, from 0: later ones ask more of a view. */
  readonly iteration: number;
  /** Samples of each far strip. */
  readonly farSteps: number;
  /** Most views that a pixel uses. */
  readonly maxViews: number;
  /** Random planes tried around the best, and their largest displacement in a source. */
  readonly rounds: number;
  readonly pixels: number;
  /** Also try planes anywhere in the depth range. */
  readonly wild: boolean;
}

export interface RefiningSweep {
  readonly iteration: number;
  readonly farSteps: number;
  /** Most neighbours whose planes are tried. */
  readonly maxCandidates: number;
  readonly rounds: number;
  readonly pixels: number;
}

interface Exports {
  makeQuads(gray: number, width: number, height: number, quads: number): void;
  dropFlat(job: number, minDeviation: number): number;
  initialize(job: number, prior: number): void;
  evaluateAll(job: number, allViews: boolean): void;
  sweepSelecting(
    job: number,
    parity: number,
    iteration: number,
    farSteps: number,
    keep: number,
    rounds: number,
    pixels: number,
    wild: boolean,
  ): void;
  sweepRefining(
    job: number,
    parity: number,
    iteration: number,
    farSteps: number,
    limit: number,
    rounds: number,
    pixels: number,
  ): void;
  costsAt(job: number, x: number, y: number, w: number, sx: number, sy: number, out: number): void;
}

const SOURCE_BYTES = 34 * 4;
const JOB_WORDS = 34;
const VIEW_COSTS_WORD = 12;
const MAX_CANDIDATES = 8;

/**
 * PatchMatch stereo for one reference view at one scale. `load` a problem, give it planes by `initialize` or `setPlanes`,
 * sweep, `planes()`. One instance works on one problem at a time; loading the next one frees the last.
 */
export class PatchMatch {
  readonly #memory = new KernelMemory<Exports>(new URL('./kernel.wasm', import.meta.url));
  #job = 0;
  #pixels = 0;
  #size = { width: 0, height: 0 };
  #sourceCount = 0;
  #pointers = { active: 0, inverseDepths: 0, slopesX: 0, slopesY: 0, costs: 0, viewWeights: 0 };

  /** @throws INTERNAL on sizes that do not agree or are out of range */
  load(problem: PatchMatchProblem): void {
    const { reference, sources, patch } = problem;
    checkProblem(problem);
    const memory = this.#memory;
    const n = reference.width * reference.height;
    const views = sources.length;
    memory.reset();
    this.#size = { width: reference.width, height: reference.height };
    this.#pixels = n;
    this.#sourceCount = views;

    const sourcePointer = memory.allocate(views * SOURCE_BYTES);
    sources.forEach((source, index) => {
      this.#putSource(sourcePointer + index * SOURCE_BYTES, source);
    });
    const samples = sampleOffsets(patch);
    const count = samples.length / 2;
    const spatial = new Float32Array(count);
    for (let i = 0; i < count; i++) {
      const dx = samples[i * 2]!;
      const dy = samples[i * 2 + 1]!;
      spatial[i] = Math.exp(-(dx * dx + dy * dy) / (2 * patch.spatialSigmaPx ** 2));
    }
    const color = Float32Array.from({ length: 256 }, (_, difference) =>
      Math.exp(-(difference * difference) / (2 * patch.colorSigma ** 2)),
    );
    const mask = memory.put(reference.mask ?? new Uint8Array(n).fill(255));
    this.#pointers = {
      active: memory.put(reference.mask ?? new Uint8Array(n).fill(255)),
      inverseDepths: memory.put(new Float32Array(n)),
      slopesX: memory.put(new Float32Array(n)),
      slopesY: memory.put(new Float32Array(n)),
      costs: memory.put(new Float32Array(n)),
      viewWeights: memory.put(new Uint8Array(n * views)),
    };
    const words = new Int32Array(JOB_WORDS);
    const floats = new Float32Array(words.buffer);
    words.set([reference.width, reference.height, views, count, sourcePointer, memory.put(reference.gray), mask]);
    const { active, inverseDepths, slopesX, slopesY, costs, viewWeights } = this.#pointers;
    words.set([active, inverseDepths, slopesX, slopesY, costs, 0, viewWeights], 7);
    words.set([memory.put(samples), memory.put(spatial), memory.put(color), memory.allocate(count * 2 * 4)], 14);
    words[18] = memory.allocate(((MAX_CANDIDATES + 2) * views + 64) * 4);
    floats.set([reference.fx, reference.fy, reference.cx, reference.cy], 19);
    floats.set([problem.inverseDepthMin, problem.inverseDepthMax, problem.pixelStep, patchRadius(patch)], 23);
    floats.set([patch.noiseSigma ** 2, patch.geometricWeight, patch.geometricLimitPx], 27);
    floats[30] = Math.cos((patch.maxSlantDeg * Math.PI) / 180);
    words.set([problem.seed | 0, patch.blocks], 31);
    floats[33] = patch.stepPx;
    this.#job = memory.put(words);
  }

  #putSource(pointer: number, source: PatchMatchSource): void {
    const memory = this.#memory;
    const gray = memory.put(source.gray);
    const quads = memory.allocate(source.width * source.height * 4);
    memory.exports.makeQuads(gray, source.width, source.height, quads);
    const mask = source.mask ? memory.put(source.mask) : 0;
    const guide = source.guide ? memory.put(source.guide.inverseDepths) : 0;
    const { width, height } = source.guide ?? { width: 0, height: 0 };
    memory.i32(pointer, 7).set([quads, mask, guide, source.width, source.height, width, height]);
    const scale = width / source.width;
    memory
      .f32(pointer + 28, 25)
      .set([scale, ...Array.from(source.A), ...Array.from(source.b), ...Array.from(source.C), ...Array.from(source.d)]);
  }

  /** Gives up the pixels whose patch has less contrast (standard deviation, 0..255). @returns number of active pixels */
  dropFlat(minDeviation: number): number {
    return this.#memory.exports.dropFlat(this.#job, minDeviation);
  }

  /** Random first planes. @param prior Float32Array[n], inverse depth to start from, 0 = none */
  initialize(prior: Float32Array): void {
    if (prior.length !== this.#pixels) throw new StudioError('INTERNAL', { message: 'Prior of another size' });
    this.#reserveViewCosts();
    this.#memory.exports.initialize(this.#job, this.#memory.put(prior));
  }

  /** Continues from planes of this size and these sources; inactive pixels stay so. Costs are computed anew. */
  setPlanes(field: Omit<PlaneField, 'costs'>, forSelecting: boolean): void {
    const { width, height } = this.#size;
    if (
      field.width !== width ||
      field.height !== height ||
      field.viewWeights.length !== this.#pixels * this.#sourceCount
    ) {
      throw new StudioError('INTERNAL', { message: 'Planes of another size' });
    }
    const active = this.#memory.u8(this.#pointers.active, this.#pixels);
    for (let i = 0; i < active.length; i++) active[i] = active[i] && field.active[i] ? 255 : 0;
    this.#memory.f32(this.#pointers.inverseDepths, this.#pixels).set(field.inverseDepths);
    this.#memory.f32(this.#pointers.slopesX, this.#pixels).set(field.slopesX);
    this.#memory.f32(this.#pointers.slopesY, this.#pixels).set(field.slopesY);
    this.#memory.u8(this.#pointers.viewWeights, field.viewWeights.length).set(field.viewWeights);
    if (forSelecting) this.#reserveViewCosts();
    this.#memory.exports.evaluateAll(this.#job, forSelecting);
  }

  /** The largest array, which only selecting sweeps need. */
  #reserveViewCosts(): void {
    const pointer = this.#memory.allocate(this.#pixels * this.#sourceCount * 4);
    this.#memory.i32(this.#job, JOB_WORDS)[VIEW_COSTS_WORD] = pointer;
  }

  /** One sweep over both colours that also chooses each pixel's views. */
  sweepSelecting({ iteration, farSteps, maxViews, rounds, pixels, wild }: SelectingSweep): void {
    for (const parity of [0, 1]) {
      this.#memory.exports.sweepSelecting(this.#job, parity, iteration, farSteps, maxViews, rounds, pixels, wild);
    }
  }

  /** One sweep over both colours with the views chosen before. */
  sweepRefining({ iteration, farSteps, maxCandidates, rounds, pixels }: RefiningSweep): void {
    for (const parity of [0, 1]) {
      this.#memory.exports.sweepRefining(this.#job, parity, iteration, farSteps, maxCandidates, rounds, pixels);
    }
  }

  /** A copy of the planes. */
  planes(): PlaneField {
    const memory = this.#memory;
    const n = this.#pixels;
    return {
      ...this.#size,
      active: memory.u8(this.#pointers.active, n).slice(),
      inverseDepths: memory.f32(this.#pointers.inverseDepths, n).slice(),
      slopesX: memory.f32(this.#pointers.slopesX, n).slice(),
      slopesY: memory.f32(this.#pointers.slopesY, n).slice(),
      costs: memory.f32(this.#pointers.costs, n).slice(),
      viewWeights: memory.u8(this.#pointers.viewWeights, n * this.#sourceCount).slice(),
    };
  }

  /** Cost of one plane at the pixel in column x, row y, in every source. */
  costsAt(x: number, y: number, plane: { inverseDepth: number; slopeX: number; slopeY: number }): Float32Array {
    const out = this.#memory.put(new Float32Array(this.#sourceCount));
    this.#memory.exports.costsAt(this.#job, x, y, plane.inverseDepth, plane.slopeX, plane.slopeY, out);
    return this.#memory.f32(out, this.#sourceCount).slice();
  }
}
