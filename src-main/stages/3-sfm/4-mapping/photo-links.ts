import type { MappingGraph } from './mapping-scene.js';

/** Which photos match which, by number of verified matches. */
export class PhotoLinks {
  /** Uint32Array[photos], matches of each photo's strongest pair. */
  readonly strongest: Uint32Array;
  readonly #neighbours: readonly { readonly photo: number; readonly matches: number }[][];

  constructor(photoCount: number, { pairs, offsets }: MappingGraph, minPairMatches: number) {
    this.strongest = new Uint32Array(photoCount);
    const neighbours: { photo: number; matches: number }[][] = Array.from({ length: photoCount }, () => []);
    for (let pair = 0; pair * 2 < pairs.length; pair++) {
      const matches = offsets[pair + 1]! - offsets[pair]!;
      if (matches < minPairMatches) continue;
      const [first, second] = [pairs[pair * 2]!, pairs[pair * 2 + 1]!];
      neighbours[first]!.push({ photo: second, matches });
      neighbours[second]!.push({ photo: first, matches });
      this.strongest[first] = Math.max(this.strongest[first]!, matches);
      this.strongest[second] = Math.max(this.strongest[second]!, matches);
    }
    this.#neighbours = neighbours;
  }

  /** The photos that match a photo. */
  neighboursOf(photo: number): readonly { readonly photo: number; readonly matches: number }[] {
    return this.#neighbours[photo]!;
  }

  /** Matches of the photo's strongest pair with a registered photo. */
  strongestRegistered(photo: number, isRegistered: Uint8Array): number {
    let strongest = 0;
    for (const neighbour of this.neighboursOf(photo)) {
      if (isRegistered[neighbour.photo] === 1) strongest = Math.max(strongest, neighbour.matches);
    }
    return strongest;
  }
}
