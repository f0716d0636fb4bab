import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeArrays } from '#main/formats/arrays/array-file.js';
import { lensFromParameters, project } from '#main/geometry/camera-projection.js';
import { Random } from '#main/geometry/random.js';
import { relativeTransform } from '#main/geometry/rigid-transform.js';
import { rotationFromAxisAngle } from '#main/geometry/rotation.js';
import { multiply3 } from '#main/linalg/matrix3.js';
import type { MappingInput } from '#main/stages/3-sfm/4-mapping/mapping-scene.js';
import type { FocalSource, SolvedCameraModel } from '#shared/scene/camera.js';
import type { RigidTransform } from '#shared/scene/conventions.js';
import { TWO_VIEW_KINDS } from '#shared/scene/match-graph.js';

export interface SyntheticCamera {
  readonly model: SolvedCameraModel;
  readonly width: number;
  readonly height: number;
  readonly truth: readonly number[];
  /** What import believes. */
  readonly prior: readonly number[];
  readonly focalSource: FocalSource;
}

export interface SyntheticGraphOptions {
  readonly seed: number;
  /** Photos of each scene; scenes share no points. */
  readonly scenes: readonly number[];
  readonly pointCount: number;
  readonly noisePx: number;
  /** Share of the matches of a pair that join wrong keypoints. */
  readonly outlierShare: number;
  /** Photos take turns with them. */
  readonly cameras: readonly SyntheticCamera[];
  /** Pairs of photos up to this far apart on the ring match. */
  readonly reach: number;
  /** Degrees of the ring that the photos of a scene cover. */
  readonly arcDeg: number;
  /**
   * Repeated structure: this share of the points is there four times, turned by 90 degrees about the ring's axis, and photos
   * 90 degrees apart match by them. Of a full ring.
   */
  readonly repeatedShare?: number;
  /** Largest angle between a point's outward direction and the ray to a camera that sees it; 75 by default. */
  readonly maxViewAngleDeg?: number;
  /** Share of the visible points that become keypoints; all by default. */
  readonly detectedShare?: number;
  /** Only rotate: all photos from one place. */
  readonly isPureRotation?: boolean;
}

export interface SyntheticGraph {
  readonly input: MappingInput;
  readonly truth: readonly RigidTransform[];
}

/** Photos on rings of radius 5 around unit balls of points: features, and a graph as the two-view stage would write it. */
export async function writeSyntheticGraph(folder: string, options: SyntheticGraphOptions): Promise<SyntheticGraph> {
  const random = new Random(options.seed);
  const count = options.scenes.reduce((sum, photos) => sum + photos, 0);
  const truth: RigidTransform[] = [];
  const sceneOf: number[] = [];
  options.scenes.forEach((photos, scene) => {
    for (let i = 0; i < photos; i++) {
      truth.push(ringPose((((options.arcDeg * Math.PI) / 180) * i) / photos, random, options.isPureRotation === true));
      sceneOf.push(scene);
    }
  });
  const balls = options.scenes.map(() => ballPoints(options.pointCount, options.repeatedShare ?? 0, random));
  const photos = truth.map((_, photoId) => {
    const cameraId = photoId % options.cameras.length;
    const { width, height } = options.cameras[cameraId]!;
    const name = `photo ${String(photoId).padStart(4, '0')}.jpg`;
    return { photoId, name, path: `/nowhere/${name}`, sha256: '', width, height, cameraId, sharpness: 1 };
  });

  // Keypoints in a random order; keypointOf[photo] maps a ball's point to its keypoint.
  const keypointOf: Map<number, number>[] = [];
  await mkdir(join(folder, 'features'), { recursive: true });
  const features = [];
  for (const { photoId, cameraId } of photos) {
    const camera = options.cameras[cameraId]!;
    const visible = visiblePixels(truth[photoId]!, camera, balls[sceneOf[photoId]!]!, options);
    const { detectedShare = 1 } = options;
    const seen = detectedShare < 1 ? visible.filter(() => random.uniform() < detectedShare) : visible;
    for (let i = seen.length - 1; i > 0; i--) {
      const j = random.below(i + 1);
      [seen[i], seen[j]] = [seen[j]!, seen[i]!];
    }
    const keypoints = new Float32Array(seen.length * 4);
    const colors = new Uint8Array(seen.length * 3);
    keypointOf.push(new Map(seen.map(({ point }, keypoint) => [point, keypoint])));
    seen.forEach(({ point, x, y }, i) => {
      keypoints.set([x + options.noisePx * random.gaussian(), y + options.noisePx * random.gaussian(), 2, 0], i * 4);
      colors.set([point % 256, Math.floor(point / 256), 7], i * 3);
    });
    await writeArrays(join(folder, 'features', `${photoId}.bin`), { meta: {}, arrays: { keypoints, colors } });
    features.push({ photoId, file: `features/${photoId}.bin`, count: seen.length });
  }

  const graph = new GraphBuilder();
  for (let first = 0; first < count; first++) {
    for (let second = first + 1; second < count; second++) {
      const size = options.scenes[sceneOf[first]!]!;
      const turns = repeatedTurns(second - first, size, options);
      if (sceneOf[first] !== sceneOf[second] || turns === undefined) continue;
      const repeatedCount = repeatedPoints(options.pointCount, options.repeatedShare ?? 0);
      const others = [...keypointOf[second]!.values()];
      const matches: number[] = [];
      for (const [point, keypoint] of keypointOf[first]!) {
        if (turns > 0 && point >= repeatedCount) continue;
        const shown = turns === 0 ? point : point - (point % 4) + ((point + turns) % 4);
        const match = keypointOf[second]!.get(shown);
        if (match === undefined) continue;
        const isWrong = random.uniform() < options.outlierShare;
        matches.push(keypoint, isWrong ? others[random.below(others.length)]! : match);
      }
      const { R, t } = relativeTransform(truth[first]!, truth[second]!);
      if (matches.length >= 60) graph.add(first, second, matches, { R, t });
    }
  }
  await writeArrays(join(folder, 'features', 'graph.bin'), { meta: {}, arrays: graph.arrays(options.isPureRotation) });
  const cameras = options.cameras.map(({ model, width, height, prior, focalSource }, cameraId) => {
    return { cameraId, model, width, height, parameters: prior, focalSource };
  });
  const { pairCount, matchCount } = graph;
  return { input: { photos, cameras, features, graph: { file: 'features/graph.bin', pairCount, matchCount } }, truth };
}

/** The arrays of a MatchGraph file. */
class GraphBuilder {
  readonly #pairs: number[] = [];
  readonly #offsets = [0];
  readonly #matches: number[] = [];
  readonly #relatives: number[] = [];

  get pairCount(): number {
    return this.#pairs.length / 2;
  }

  get matchCount(): number {
    return this.#matches.length / 2;
  }

  add(first: number, second: number, matches: readonly number[], { R, t }: RigidTransform): void {
    this.#pairs.push(first, second);
    for (const index of matches) this.#matches.push(index);
    this.#offsets.push(this.matchCount);
    const length = Math.hypot(...t) || 1;
    this.#relatives.push(...R, ...t.map((value) => value / length));
  }

  arrays(isPureRotation = false) {
    return {
      pairs: Uint32Array.from(this.#pairs),
      offsets: Uint32Array.from(this.#offsets),
      matches: Uint32Array.from(this.#matches),
      kinds: new Uint8Array(this.pairCount).fill(TWO_VIEW_KINDS.indexOf(isPureRotation ? 'rotation' : 'general')),
      cam2FromCam1: Float64Array.from(this.#relatives),
      medianAnglesDeg: new Float32Array(this.pairCount).fill(10),
      homographyRatios: new Float32Array(this.pairCount).fill(0.3),
    };
  }
}

/** 0 for photos near each other, 1 to 3 for those that repeated structure makes seem so, by quarter turns; else undefined. */
function repeatedTurns(apart: number, size: number, options: SyntheticGraphOptions): number | undefined {
  const isNear = (distance: number) => {
    const around =
      options.arcDeg === 360 ? Math.min(Math.abs(distance), size - Math.abs(distance)) : Math.abs(distance);
    return around <= options.reach;
  };
  if (isNear(apart)) return 0;
  if (!options.repeatedShare) return undefined;
  return [1, 2, 3].find((turns) => isNear(apart - (turns * size) / 4));
}

const repeatedPoints = (count: number, share: number) => 4 * Math.round((count * share) / 4);

/** A camera on the ring (or at one place of it) that looks at the middle, with some jitter. */
function ringPose(angle: number, random: Random, isPureRotation: boolean): RigidTransform {
  const around = rotationFromAxisAngle(0, isPureRotation ? 0 : angle, 0);
  const jitter = [0.05, isPureRotation ? 0.2 : 0.05, 0.3].map((sigma) => sigma * random.gaussian());
  const R = multiply3(rotationFromAxisAngle(jitter[0]!, jitter[1]!, jitter[2]!), around);
  const t = Float64Array.of(0, 0, 5);
  if (!isPureRotation) for (let i = 0; i < 3; i++) t[i]! += 0.2 * random.gaussian();
  // Of the turned camera: t = -R C with the same centre.
  return isPureRotation ? { R, t: multiplyPoint(R, [0, 0, 5]) } : { R, t };
}

const multiplyPoint = (R: Float64Array, x: readonly number[]) =>
  Float64Array.of(0, 0, 0).map((_, i) => R[i * 3]! * x[0]! + R[i * 3 + 1]! * x[1]! + R[i * 3 + 2]! * x[2]!);

/** Points near the unit sphere; the first ones in groups of four, each a quarter turn about y from the one before. */
function ballPoints(count: number, repeatedShare: number, random: Random): Float64Array {
  const points = new Float64Array(count * 3);
  for (let i = 0; i < count; i++) {
    const p = [random.gaussian(), random.gaussian(), random.gaussian()];
    const scale = (0.8 + 0.2 * random.uniform()) / Math.hypot(...p);
    points.set(
      p.map((value) => value * scale),
      i * 3,
    );
  }
  for (let i = 0; i < repeatedPoints(count, repeatedShare); i++) {
    if (i % 4 === 0) continue;
    const [x, y, z] = points.subarray(i * 3 - 3, i * 3);
    points.set([z!, y!, -x!], i * 3);
  }
  return points;
}

/** The points whose side of the ball the camera sees, inside the frame. */
function visiblePixels(
  { R, t }: RigidTransform,
  camera: SyntheticCamera,
  points: Float64Array,
  options: SyntheticGraphOptions,
) {
  const minCosine = Math.cos(((options.maxViewAngleDeg ?? 75) * Math.PI) / 180);
  const lens = lensFromParameters(camera.model, camera.truth);
  const pixel = new Float64Array(2);
  const seen: { point: number; x: number; y: number }[] = [];
  for (let point = 0; point * 3 < points.length; point++) {
    const X = points.subarray(point * 3, point * 3 + 3);
    const [x, y, z] = multiplyPoint(R, [...X]);
    const C = multiplyPoint(Float64Array.of(...[0, 3, 6, 1, 4, 7, 2, 5, 8].map((i) => R[i]!)), [
      -t[0]!,
      -t[1]!,
      -t[2]!,
    ]);
    const ray = [C[0]! - X[0]!, C[1]! - X[1]!, C[2]! - X[2]!];
    const facing = (X[0]! * ray[0]! + X[1]! * ray[1]! + X[2]! * ray[2]!) / (Math.hypot(...X) * Math.hypot(...ray));
    if (options.isPureRotation !== true && facing < minCosine) continue;
    if (!project(lens, 0, x! + t[0]!, y! + t[1]!, z! + t[2]!, pixel, 0)) continue;
    const [u, v] = [pixel[0]!, pixel[1]!];
    if (u > 0 && u < camera.width && v > 0 && v < camera.height) seen.push({ point, x: u, y: v });
  }
  return seen;
}
