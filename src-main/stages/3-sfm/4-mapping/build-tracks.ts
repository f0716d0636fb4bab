import type { MappingScene } from './mapping-scene.js';

/**
 * Keypoints that matches join, supposedly of one point each. A node is a keypoint in a track; the nodes of track i are
 * `offsets[i] .. offsets[i + 1] - 1`, by increasing photo, at most one a photo.
 */
export interface Tracks {
  readonly count: number;
  readonly offsets: Uint32Array;
  /** Per node. */
  readonly photos: Uint32Array;
  readonly features: Uint32Array;
  readonly nodeTracks: Uint32Array;
  /** Float64Array[nodes*2], pixels of the full photo. */
  readonly pixels: Float64Array;
  /** The nodes of photo p are `photoNodes[photoOffsets[p] .. photoOffsets[p + 1] - 1]`. */
  readonly photoOffsets: Uint32Array;
  readonly photoNodes: Uint32Array;
}

/**
 * Joins matches to tracks by union-find, the pairs with most matches first. A match that would put two keypoints of one photo
 * into a track is wrong, or an earlier one was: it is left out, so that a single bad match does not cost two whole tracks.
 *
 * Based on: Moulon & Monasse, Unordered feature tracking made fast and easy, CVMP 2012 (which drops such tracks).
 *
 * @param minPairMatches pairs with fewer matches are not used
 */
export function buildTracks(scene: MappingScene, minPairMatches: number): Tracks {
  const { keypoints, graph } = scene;
  const keypointOffsets = new Uint32Array(keypoints.length + 1);
  keypoints.forEach((positions, photo) => {
    keypointOffsets[photo + 1] = keypointOffsets[photo]! + positions.length / 2;
  });
  const forest = new TrackForest(keypointOffsets);
  const pairCount = graph.pairs.length / 2;
  const sizeOf = (pair: number) => graph.offsets[pair + 1]! - graph.offsets[pair]!;
  const order = Uint32Array.from({ length: pairCount }, (_, pair) => pair).filter(
    (pair) => sizeOf(pair) >= minPairMatches,
  );
  order.sort((a, b) => sizeOf(b) - sizeOf(a) || a - b);
  for (const pair of order) {
    const first = keypointOffsets[graph.pairs[pair * 2]!]!;
    const second = keypointOffsets[graph.pairs[pair * 2 + 1]!]!;
    for (let match = graph.offsets[pair]!; match < graph.offsets[pair + 1]!; match++) {
      forest.join(first + graph.matches[match * 2]!, second + graph.matches[match * 2 + 1]!);
    }
  }
  return forest.tracks(keypoints);
}

/** Disjoint sets of keypoints, each with the ring of its members. */
class TrackForest {
  readonly #keypointOffsets: Uint32Array;
  readonly #photoOf: Uint32Array;
  readonly #parents: Int32Array;
  readonly #sizes: Uint32Array;
  /** The next member of the same set. */
  readonly #next: Uint32Array;
  readonly #stamps: Uint32Array;
  #stamp = 0;

  constructor(keypointOffsets: Uint32Array) {
    const photoCount = keypointOffsets.length - 1;
    const count = keypointOffsets[photoCount]!;
    this.#keypointOffsets = keypointOffsets;
    this.#photoOf = new Uint32Array(count);
    for (let photo = 0; photo < photoCount; photo++) {
      this.#photoOf.fill(photo, keypointOffsets[photo], keypointOffsets[photo + 1]);
    }
    this.#parents = Int32Array.from({ length: count }, (_, i) => i);
    this.#sizes = new Uint32Array(count).fill(1);
    this.#next = Uint32Array.from({ length: count }, (_, i) => i);
    this.#stamps = new Uint32Array(photoCount);
  }

  #root(keypoint: number): number {
    let root = keypoint;
    while (this.#parents[root] !== root) root = this.#parents[root]!;
    let node = keypoint;
    while (this.#parents[node] !== root) {
      const parent = this.#parents[node]!;
      this.#parents[node] = root;
      node = parent;
    }
    return root;
  }

  join(a: number, b: number): void {
    let large = this.#root(a);
    let small = this.#root(b);
    if (large === small || this.#sharePhoto(large, small)) return;
    if (this.#sizes[large]! < this.#sizes[small]!) [large, small] = [small, large];
    this.#parents[small] = large;
    this.#sizes[large]! += this.#sizes[small]!;
    const next = this.#next[large]!;
    this.#next[large] = this.#next[small]!;
    this.#next[small] = next;
  }

  #sharePhoto(a: number, b: number): boolean {
    this.#stamp++;
    let node = a;
    do {
      this.#stamps[this.#photoOf[node]!] = this.#stamp;
      node = this.#next[node]!;
    } while (node !== a);
    node = b;
    do {
      if (this.#stamps[this.#photoOf[node]!] === this.#stamp) return true;
      node = this.#next[node]!;
    } while (node !== b);
    return false;
  }

  /** Tracks in the order of their first keypoint. */
  tracks(keypoints: readonly Float32Array[]): Tracks {
    const trackOf = new Int32Array(this.#parents.length).fill(-1);
    const offsets = [0];
    let nodeCount = 0;
    for (let keypoint = 0; keypoint < this.#parents.length; keypoint++) {
      const root = this.#root(keypoint);
      if (this.#sizes[root]! < 2 || trackOf[root] !== -1) continue;
      trackOf[root] = offsets.length - 1;
      nodeCount += this.#sizes[root]!;
      offsets.push(nodeCount);
    }
    const photoOffsets = new Uint32Array(keypoints.length + 1);
    const photos = new Uint32Array(nodeCount);
    const features = new Uint32Array(nodeCount);
    const nodeTracks = new Uint32Array(nodeCount);
    const photoNodes = new Uint32Array(nodeCount);
    const pixels = new Float64Array(nodeCount * 2);
    const filled = Uint32Array.from(offsets);
    let listed = 0;
    keypoints.forEach((positions, photo) => {
      const first = this.#keypointOffsets[photo]!;
      for (let feature = 0; feature * 2 < positions.length; feature++) {
        const track = trackOf[this.#root(first + feature)]!;
        if (track < 0) continue;
        const node = filled[track]!++;
        photos[node] = photo;
        features[node] = feature;
        nodeTracks[node] = track;
        pixels[node * 2] = positions[feature * 2]!;
        pixels[node * 2 + 1] = positions[feature * 2 + 1]!;
        photoNodes[listed++] = node;
      }
      photoOffsets[photo + 1] = listed;
    });
    const count = offsets.length - 1;
    return {
      count,
      offsets: Uint32Array.from(offsets),
      photos,
      features,
      nodeTracks,
      pixels,
      photoOffsets,
      photoNodes,
    };
  }
}
