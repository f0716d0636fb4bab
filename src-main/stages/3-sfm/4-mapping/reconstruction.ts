import type { FocalSource } from '../../../../src-shared/scene/camera.js';
import type { RigidTransform } from '../../../../src-shared/scene/conventions.js';
import { LENS_SIZE, lensFromParameters } from '../../../geometry/camera-projection.js';
import type { BundleState } from '../bundle-adjustment/bundle-problem.js';
import { squaredReprojectionError } from '../bundle-adjustment/linearize-observation.js';
import type { Tracks } from './build-tracks.js';
import type { MappingOptions } from './mapping-options.js';
import type { MappingScene } from './mapping-scene.js';
import { VisibilityPyramid } from './visibility-pyramid.js';

/** What the focal lengths of cameras are multiplied with to start, and for which cameras, by where theirs come from. */
export interface FocalStart {
  readonly factor: number;
  readonly sources: readonly FocalSource[];
}

/**
 * A model while it grows: which photos are registered, which tracks have a point, and which of their nodes observe it. Flat
 * arrays over all photos, cameras, tracks and nodes; those of photos and tracks that are not (yet) in the model are undefined.
 */
export class Reconstruction implements BundleState {
  /** Float64Array[cameras*9], lens vectors. */
  readonly intrinsics: Float64Array<ArrayBuffer>;
  /** Float64Array[cameras], the focal length in pixels that each camera started with. */
  readonly initialFocals: Float64Array;
  readonly rotations: Float64Array;
  readonly translations: Float64Array;
  /** Float64Array[tracks*3], world. */
  readonly points: Float64Array;
  readonly isRegistered: Uint8Array;
  /** Registered photos in the order in which they came. */
  readonly registered: number[] = [];
  /** Uint32Array[cameras], number of registered photos. */
  readonly cameraPhotoCounts: Uint32Array;
  readonly hasPoint: Uint8Array;
  /** Uint8Array[nodes], 1 where the node is an inlier observation of its track's point. */
  readonly isObserved: Uint8Array;
  readonly visibility: VisibilityPyramid;
  /** Float64Array[photos], what a pixel of options counts for in this photo. */
  readonly pixelScales: Float64Array;
  pointCount = 0;

  constructor(
    readonly scene: MappingScene,
    readonly tracks: Tracks,
    readonly options: MappingOptions,
    focal: FocalStart,
  ) {
    const { photos, cameras } = scene;
    this.intrinsics = new Float64Array(cameras.length * LENS_SIZE);
    cameras.forEach((camera, index) => {
      lensFromParameters(camera.model, camera.parameters, this.intrinsics, index * LENS_SIZE);
      if (!focal.sources.includes(camera.focalSource)) return;
      this.intrinsics[index * LENS_SIZE]! *= focal.factor;
      this.intrinsics[index * LENS_SIZE + 1]! *= focal.factor;
    });
    this.initialFocals = Float64Array.from(cameras, (_, index) => this.intrinsics[index * LENS_SIZE]!);
    this.rotations = new Float64Array(photos.length * 9);
    this.translations = new Float64Array(photos.length * 3);
    this.points = new Float64Array(tracks.count * 3);
    this.isRegistered = new Uint8Array(photos.length);
    this.cameraPhotoCounts = new Uint32Array(cameras.length);
    this.hasPoint = new Uint8Array(tracks.count);
    this.isObserved = new Uint8Array(tracks.photos.length);
    this.visibility = new VisibilityPyramid(photos);
    this.pixelScales = Float64Array.from(photos, ({ width, height }) =>
      Math.max(1, Math.max(width, height) / options.referenceSizePx),
    );
  }

  lensOf(photo: number) {
    const at = this.scene.photoCameras[photo]! * LENS_SIZE;
    return this.intrinsics.subarray(at, at + LENS_SIZE);
  }

  camFromWorld(photo: number): RigidTransform {
    return {
      R: this.rotations.slice(photo * 9, photo * 9 + 9),
      t: this.translations.slice(photo * 3, photo * 3 + 3),
    };
  }

  register(photo: number, { R, t }: RigidTransform): void {
    this.rotations.set(R, photo * 9);
    this.translations.set(t, photo * 3);
    this.isRegistered[photo] = 1;
    this.registered.push(photo);
    this.cameraPhotoCounts[this.scene.photoCameras[photo]!]! += 1;
  }

  /** Gives the track a point, or moves it. Observations are set apart. */
  setPoint(track: number, X: ArrayLike<number>): void {
    this.points.set(X, track * 3);
    if (this.hasPoint[track] === 1) return;
    this.hasPoint[track] = 1;
    this.pointCount++;
    this.#updateVisibility(track, 1);
  }

  removePoint(track: number): void {
    if (this.hasPoint[track] === 0) return;
    this.hasPoint[track] = 0;
    this.pointCount--;
    this.isObserved.fill(0, this.tracks.offsets[track], this.tracks.offsets[track + 1]);
    this.#updateVisibility(track, -1);
  }

  #updateVisibility(track: number, change: 1 | -1): void {
    const { offsets, photos, pixels } = this.tracks;
    for (let node = offsets[track]!; node < offsets[track + 1]!; node++) {
      this.visibility.update(photos[node]!, pixels[node * 2]!, pixels[node * 2 + 1]!, change);
    }
  }

  observationCount(track: number): number {
    let count = 0;
    for (let node = this.tracks.offsets[track]!; node < this.tracks.offsets[track + 1]!; node++) {
      count += this.isObserved[node]!;
    }
    return count;
  }

  /** Error of a node's keypoint against its track's point, in px of options (scaled), squared. */
  squaredError(node: number): number {
    const { photos, nodeTracks, pixels } = this.tracks;
    const photo = photos[node]!;
    const lensAt = this.scene.photoCameras[photo]! * LENS_SIZE;
    const u = pixels[node * 2]!;
    const v = pixels[node * 2 + 1]!;
    const scale = this.pixelScales[photo]!;
    return squaredReprojectionError(this, photo, lensAt, nodeTracks[node]!, u, v) / (scale * scale);
  }

  centre(photo: number): Float64Array {
    const R = this.rotations;
    const r = photo * 9;
    const [t0, t1, t2] = this.translations.subarray(photo * 3, photo * 3 + 3);
    return Float64Array.of(
      -(R[r]! * t0! + R[r + 3]! * t1! + R[r + 6]! * t2!),
      -(R[r + 1]! * t0! + R[r + 4]! * t1! + R[r + 7]! * t2!),
      -(R[r + 2]! * t0! + R[r + 5]! * t1! + R[r + 8]! * t2!),
    );
  }

  /** Whether two observations of the track's point see it under at least the angle (radians). */
  hasAngle(track: number, minAngle: number): boolean {
    const { offsets, photos } = this.tracks;
    const X = this.points.subarray(track * 3, track * 3 + 3);
    const limit = Math.cos(minAngle);
    const rays: number[] = [];
    for (let node = offsets[track]!; node < offsets[track + 1]!; node++) {
      if (this.isObserved[node] === 0) continue;
      const C = this.centre(photos[node]!);
      const x = C[0]! - X[0]!;
      const y = C[1]! - X[1]!;
      const z = C[2]! - X[2]!;
      const inverse = 1 / Math.hypot(x, y, z);
      for (let i = 0; i < rays.length; i += 3) {
        if ((rays[i]! * x + rays[i + 1]! * y + rays[i + 2]! * z) * inverse <= limit) return true;
      }
      rays.push(x * inverse, y * inverse, z * inverse);
    }
    return false;
  }
}
