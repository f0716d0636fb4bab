/** A photo set and how its result is scored. Paths are relative to the shared `datasets/`, or to the capture's folder. */
export interface BenchSet {
  readonly name: string;
  readonly images: string;
  /** Options of `atlas reconstruct` besides the photos and the folder. */
  readonly options: readonly string[];
  /** Options of `eval/poses.mjs`, the truth first; none where there is no truth. */
  readonly poses?: readonly string[];
  /** A synthetic capture to make, instead of photos of the shared folder. */
  readonly capture?: { readonly photos: number; readonly sizePx: number };
  /** True surface, for `eval/mesh.mjs`. */
  readonly mesh?: string;
  /** The part of it that photos see, where that is known: completeness is measured against it. */
  readonly seenMesh?: string;
  /** Masks that are given to the run, and within which the model is compared. */
  readonly masks?: string;
}

const set = (folder: string, options: readonly string[] = []) => ({ images: `${folder}/images`, options });

const CAPTURE = { images: 'images', capture: { photos: 24, sizePx: 1024 }, poses: ['gt'] } as const;

/** What `npm run bench` runs; the sets with known intrinsics end after the cameras, for nothing else differs. */
export const BENCH_SETS: readonly BenchSet[] = [
  { name: 'temple', ...set('temple'), poses: ['temple/templeR_par.txt'] },
  {
    name: 'temple-K',
    ...set('temple', ['--camera', '1520.4,1525.9,302.32,246.87', '--until', 'sfm']),
    poses: ['temple/templeR_par.txt'],
  },
  { name: 'saharov', ...set('saharov'), poses: ['saharov/cameras.out', '--gt-turn', '270'] },
  { name: 'fountain', ...set('fountain'), poses: ['fountain/gt'] },
  {
    name: 'fountain-K',
    // The calibration counts pixels from the centre of the first one, Atlas from its corner.
    ...set('fountain', ['--camera', '2759.48,2764.16,1521.19,1007.31', '--until', 'sfm']),
    poses: ['fountain/gt'],
  },
  { name: 'sceaux', ...set('sceaux') },
  {
    name: 'dancing-girl',
    ...set('dancing-girl'),
    poses: ['dancing-girl/gt'],
    masks: 'dancing-girl/masks',
    mesh: 'dancing-girl/gt/mesh.ply',
  },
  { name: 'synthetic', ...CAPTURE, options: [], mesh: 'gt/scene.ply', seenMesh: 'gt/scene-seen.ply' },
  {
    name: 'synthetic-masks',
    ...CAPTURE,
    options: [],
    masks: 'masks',
    mesh: 'gt/mesh.ply',
    seenMesh: 'gt/mesh-seen.ply',
  },
];
