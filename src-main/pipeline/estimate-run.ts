import { type StageEngines, stageEngines } from '../../src-shared/pipeline/engines.js';
import { QUALITY_TIERS } from '../../src-shared/pipeline/quality-tiers.js';
import type { ReconstructOptions } from '../../src-shared/pipeline/reconstruct-options.js';
import { usualSpace } from '../../src-shared/pipeline/space-needed.js';
import { type StageId, stagesUntil } from '../../src-shared/pipeline/stages.js';
import { DEFAULT_SECONDS_PER_UNIT } from './stage-costs.js';
import type { StageTimes } from './stage-times.js';
import { type PhotoSize, stageWork, workloadPixels } from './stage-work.js';

export interface Range {
  readonly low: number;
  readonly high: number;
}

export interface RunEstimate {
  readonly seconds: Range;
  readonly diskBytes: Range;
  readonly memoryBytes: Range;
  /** Whether the times come from runs on this machine: all, some or none. */
  readonly basis: 'measured' | 'partly' | 'general';
}

type EstimatedOptions = Pick<ReconstructOptions, 'tier' | 'engine' | 'sfm' | 'dense' | 'until'>;

/** How far the truth lies from a figure of this machine, and from one of another. */
const MEASURED_SPREAD: Range = { low: 0.8, high: 1.35 };
const GENERAL_SPREAD: Range = { low: 0.5, high: 2 };
const DISK_SPREAD: Range = { low: 0.75, high: 1.3 };
const MEMORY_SPREAD: Range = { low: 0.75, high: 1.35 };
/** Threads that the default times are of, and the share of the work that does not spread over more. */
const DEFAULT_THREADS = 2;
const SERIAL_SHARE = 0.15;

/** Peak memory, measured on the runs of `space-needed.ts` (within a third). */
const BASE_MEMORY_BYTES = 380e6;
const MEMORY_PER_DEPTH_PIXEL = 18;
const MEMORY_PER_TEXEL = 50;
/** Scale space of the photo that a thread looks for features in. */
const MEMORY_PER_FEATURE_PIXEL = 48;

/** What times depend on besides the photos: tier, threads, and who else does a part. */
export function timesVariant(
  tier: string,
  threads: number,
  { sfm, dense }: Pick<StageEngines, 'sfm' | 'dense'>,
): string {
  return [tier, threads, ...[sfm, dense].filter((name) => name !== 'builtin')].join('/');
}

/**
 * What a run will probably take: 1. the stages that will run; 2. seconds of each by its work, from this machine's history where it
 * has one, else from another machine's, corrected by how this machine compares in what it has run; 3. disk and memory by the
 * pixels. Honest ranges: the truth should lie within.
 *
 * @param photos that the run will use
 * @param times of this machine
 * @param canDense whether an engine can compute dense points here
 */
export function estimateRun(
  photos: readonly PhotoSize[],
  options: EstimatedOptions,
  machine: { readonly times: StageTimes; readonly threads: number; readonly canDense: (engine: string) => boolean },
): RunEstimate {
  const chosen = stageEngines(options);
  const dense = chosen.isDenseOptional && !machine.canDense(chosen.dense) ? 'builtin' : chosen.dense;
  const engines = { sfm: chosen.sfm, dense };
  const stages = stagesUntil(options.until, { isSparseForeign: chosen.sfm !== 'builtin', dense });
  const variant = timesVariant(options.tier, machine.threads, engines);
  const pixels = workloadPixels(photos, options.tier);
  const work = stageWork(photos, options.tier);
  const pace = machinePace(machine.times, machine.threads);
  let [low, high, measured] = [0, 0, 0];
  for (const stage of stages) {
    const rate = machine.times.rate(`${variant}/${stage}`);
    const spread = rate === undefined ? GENERAL_SPREAD : MEASURED_SPREAD;
    const seconds = (rate ?? DEFAULT_SECONDS_PER_UNIT[stage] * pace) * work(stage);
    low += seconds * spread.low;
    high += seconds * spread.high;
    if (rate !== undefined) measured++;
  }
  const { textureSizePx, featureMaxDimensionPx } = QUALITY_TIERS[options.tier];
  const largest = Math.max(0, ...photos.map((photo) => workloadPixels([photo], options.tier).feature * 1e6));
  const memory =
    BASE_MEMORY_BYTES +
    MEMORY_PER_DEPTH_PIXEL * pixels.depth * 1e6 +
    MEMORY_PER_TEXEL * textureSizePx ** 2 +
    MEMORY_PER_FEATURE_PIXEL * machine.threads * Math.min(largest, featureMaxDimensionPx ** 2);
  return {
    seconds: { low, high },
    diskBytes: spread(usualSpace(photos.length, pixels.depth * 1e6, options.tier), DISK_SPREAD),
    memoryBytes: spread(memory, MEMORY_SPREAD),
    basis: measured === stages.length ? 'measured' : measured > 0 ? 'partly' : 'general',
  };
}

const spread = (value: number, { low, high }: Range): Range => ({ low: value * low, high: value * high });

/**
 * How much longer this machine takes than the defaults say: by what it has run, of any tier, with this many threads; where it has
 * run nothing, by its threads alone (Amdahl's law).
 */
function machinePace(times: StageTimes, threads: number): number {
  const ratios = [...times.rates()].flatMap(([name, rate]) => {
    const [, theirThreads, ...rest] = name.split('/');
    const stage = rest.at(-1) ?? '';
    if (rest.length !== 1 || Number(theirThreads) !== threads || !isStage(stage)) return [];
    return Math.log(rate / DEFAULT_SECONDS_PER_UNIT[stage]);
  });
  if (ratios.length > 0) return Math.exp(ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length);
  return SERIAL_SHARE + ((1 - SERIAL_SHARE) * DEFAULT_THREADS) / threads;
}

const isStage = (name: string): name is StageId => Object.hasOwn(DEFAULT_SECONDS_PER_UNIT, name);
