/**
 * Seeded generator of uniform numbers, for every random choice of the engine. PCG-like 32-bit generator "sfc32" (Chris
 * Doty-Humphrey, PractRand): passes PractRand and BigCrush, and gives the same numbers on every machine.
 */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  /** @param seeds integers; runs that differ in any of them are independent (job seed, stage, photo, ...) */
  constructor(...seeds: readonly number[]) {
    const hash = seeds.reduce((state, seed) => Math.imul(state ^ (seed | 0), 0x9e3779b1) ^ (state >>> 15), 0x2545f491);
    this.#a = hash | 0;
    this.#b = Math.imul(hash, 0x85ebca6b) | 0;
    this.#c = Math.imul(hash, 0xc2b2ae35) | 0;
    for (let i = 0; i < 15; i++) this.uint32();
  }

  /** Uniform integer in [0, 2^32). */
  uint32(): number {
    const result = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + result) | 0;
    return result >>> 0;
  }

  /** Uniform in [0, 1). */
  uniform(): number {
    return this.uint32() / 4294967296;
  }

  /** Uniform integer in [0, count). */
  below(count: number): number {
    return Math.floor(this.uniform() * count);
  }

  /** Normally distributed, mean 0, standard deviation 1 (Box-Muller). */
  gaussian(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }
}
