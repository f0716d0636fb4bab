import type { StageId } from '../../src-shared/pipeline/stages.js';
import type { CameraPrior } from '../../src-shared/scene/camera.js';
import type { Photo } from '../../src-shared/scene/photo.js';
import { featuresStage } from '../stages/3-sfm/1-features/features.js';
import { matchingStage } from '../stages/3-sfm/2-matching/matching.js';
import { twoViewStage } from '../stages/3-sfm/3-two-view/two-view.js';
import { mapping } from '../stages/3-sfm/4-mapping/mapping.js';
import { objectMapping } from '../stages/3-sfm/4-mapping/object-mapping.js';
import { isAlignmentFailure, SATISFYING_SHARE, type SparseOutput } from '../stages/3-sfm/sparse-output.js';
import { type Sourced, sha256 } from './stage-key.js';
import type { toStageOptions } from './stage-options.js';
import { type StageAttempt, type StageResult, type StageRunner, take } from './stage-runner.js';

export interface BuiltInSolving {
  readonly photos: Sourced<readonly Photo[]>;
  readonly cameras: Sourced<readonly CameraPrior[]>;
  readonly options: Pick<ReturnType<typeof toStageOptions>, 'features'>;
}

/** The stages up to the cameras that were run, of the attempt that counts; times are of both. */
export type SolvingResults = Partial<Record<SolvingStage, StageResult<unknown>>>;
type SolvingStage = (typeof SOLVING_STAGES)[number];
const SOLVING_STAGES = ['features', 'matching', 'two-view', 'mapping'] as const satisfies readonly StageId[];

/** Names the files of the second attempt. */
export const WHOLE_PHOTOS = 'whole-photos';

/**
 * Cameras and points by the built-in stages. Photos with masks are solved from what is in these: so an object may be turned before a
 * camera. A small object of few features, seen from far apart, leaves photos out then; what is around it knows more of the cameras. So
 * where less than 90 % are aligned they are solved once more, from the whole photos, and the object's points kept of that. The attempt that
 * aligns more counts, the first among equals.
 *
 * 14 photos of 640 px of dancing-girl: 9 aligned by the masks, all 14 by the whole photos.
 *
 * @param results receives what the stages give, also when they fail
 * @throws what the runner throws
 */
export async function solveBuiltIn(
  runner: StageRunner,
  solving: BuiltInSolving,
  results: SolvingResults,
): Promise<StageResult<SparseOutput>> {
  const { photos, cameras } = solving;
  const photoCount = photos.value.length;
  const isTrial = photos.value.some(({ maskPath }) => maskPath !== undefined);
  const object: SolvingResults = {};
  const first = await outcomeOf(async () => {
    const { features, graph } = await linkPhotos(runner, solving, object, { isTrial });
    const mapped = await runner.run(mapping, { photos, cameras, features, graph }, {}, { isTrial });
    object.mapping = mapped;
    return mapped;
  });
  Object.assign(results, object);
  const aligned = first.result?.output.report.registeredCount ?? 0;
  if (!isTrial || aligned >= SATISFYING_SHARE * photoCount) return settle(runner, first, isTrial ? object : {});

  const whole: SolvingResults = {};
  const second = await outcomeOf(async () => {
    runner.repeat(SOLVING_STAGES);
    const attempt = { isTrial, variant: WHOLE_PHOTOS };
    const note = `${aligned} of ${photoCount} photos aligned by the object alone; now by all that they show`;
    const unmasked = { ...solving, photos: withoutMasks(photos) };
    const { features, graph } = await linkPhotos(runner, unmasked, whole, { ...attempt, note });
    const mapped = await runner.run(objectMapping, { photos, cameras, features, graph }, {}, attempt);
    const { sparse } = mapped.output;
    if (sparse === undefined) return undefined;
    const found = { ...mapped, output: sparse, key: `${mapped.key}.sparse` };
    whole.mapping = found;
    return found;
  });
  const isWhole =
    second.result !== undefined && chosenSparse(first.result?.output, second.result.output) === second.result.output;
  Object.assign(results, isWhole ? withTimes(whole, object) : withTimes(object, whole));
  return isWhole ? settle(runner, second, whole) : settle(runner, first, object);
}

/** The sparse model that counts: the one of more photos, the object's among equals. */
export function chosenSparse(
  object: SparseOutput | undefined,
  whole: SparseOutput | undefined,
): SparseOutput | undefined {
  const aligned = object?.report.registeredCount ?? 0;
  return (whole?.report.registeredCount ?? 0) > aligned ? whole : object;
}

/** Features, matches and the pairs that agree. */
async function linkPhotos(
  runner: StageRunner,
  { photos, cameras, options }: BuiltInSolving,
  results: SolvingResults,
  attempt: StageAttempt,
) {
  const detected = await runner.run(featuresStage, { photos }, options.features, attempt);
  results.features = detected;
  const features = take(detected, 'features');
  const { note: _, ...silent } = attempt;
  const matched = await runner.run(matchingStage, { photos, features }, {}, silent);
  results.matching = matched;
  const sources = { photos, cameras, features, matches: take(matched, 'matches') };
  const verified = await runner.run(twoViewStage, sources, {}, silent);
  results['two-view'] = verified;
  return { features, graph: take(verified, 'graph') };
}

/** Tells the warnings that were kept back. @throws why the attempt failed */
function settle(runner: StageRunner, { result, error }: Outcome, results: SolvingResults): StageResult<SparseOutput> {
  for (const id of SOLVING_STAGES) runner.warn(id, results[id]?.output);
  if (result === undefined) throw error;
  return result;
}

function withoutMasks({ value, key }: Sourced<readonly Photo[]>): Sourced<readonly Photo[]> {
  return { value: value.map(({ maskPath: _, ...photo }) => photo), key: sha256(`${key}.${WHOLE_PHOTOS}`) };
}

interface Outcome {
  readonly result?: StageResult<SparseOutput> | undefined;
  readonly error?: unknown;
}

async function outcomeOf(attempt: () => Promise<StageResult<SparseOutput> | undefined>): Promise<Outcome> {
  try {
    return { result: await attempt() };
  } catch (error) {
    if (isAlignmentFailure(error)) return { error };
    throw error;
  }
}

/** The results of one attempt, with what the other took beside. */
function withTimes(chosen: SolvingResults, other: SolvingResults): SolvingResults {
  const both: SolvingResults = {};
  for (const id of SOLVING_STAGES) {
    const [result, beside] = [chosen[id], other[id]];
    if (result === undefined) continue;
    both[id] = {
      ...result,
      seconds: result.seconds + (beside?.seconds ?? 0),
      peakMemoryBytes: Math.max(result.peakMemoryBytes, beside?.peakMemoryBytes ?? 0),
      cached: result.cached && (beside?.cached ?? true),
    };
  }
  return both;
}
