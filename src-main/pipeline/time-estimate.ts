import type { StageId } from '../../src-shared/pipeline/stages.js';
import { DEFAULT_SECONDS_PER_UNIT } from './stage-costs.js';
import type { StageTimes } from './stage-times.js';
import type { StageWork } from './stage-work.js';

/** From this share of a stage on, its own pace is believed more than the history. */
const TRUSTED_FRACTION = 0.3;

/**
 * Seconds left of a run: for the current stage from its own pace, for those to come from this machine's history, corrected by
 * how this run compares with the history so far.
 */
export class TimeEstimate {
  readonly #times: StageTimes;
  readonly #remaining: StageId[];
  readonly #variant: string;
  #work: StageWork | undefined;
  /** Seconds of stages that ended before the work was known. */
  readonly #before = new Map<StageId, number>();
  #measuredSeconds = 0;
  #predictedSeconds = 0;

  /** @param variant what times depend on besides the photos: tier and threads */
  constructor(times: StageTimes, stages: readonly StageId[], variant: string) {
    this.#times = times;
    this.#remaining = [...stages];
    this.#variant = variant;
  }

  setWork(work: StageWork): void {
    this.#work = work;
    // The stage that finds out how much there is to do has ended before.
    for (const [stage, seconds] of this.#before) this.#times.learn(this.#name(stage), seconds / work(stage));
    this.#before.clear();
  }

  /** Stages that have ended will run once more, before those that remain. */
  repeat(stages: readonly StageId[]): void {
    this.#remaining.unshift(...stages);
  }

  /** A stage has ended. @param computedSeconds absent when nothing was computed, or only a part */
  finish(stage: StageId, computedSeconds?: number): void {
    const predicted = this.#predict(stage);
    this.#remaining.splice(0, this.#remaining.indexOf(stage) + 1);
    if (computedSeconds !== undefined && this.#work === undefined) this.#before.set(stage, computedSeconds);
    if (computedSeconds === undefined || this.#work === undefined || predicted === undefined) return;
    this.#measuredSeconds += computedSeconds;
    this.#predictedSeconds += predicted;
    this.#times.learn(this.#name(stage), computedSeconds / this.#work(stage));
  }

  /**
   * @param startFraction share of the stage that was there when it began (an interrupted run had done it)
   * @returns seconds; `undefined` while the amount of work is not known
   */
  remainingSeconds(stage: StageId, fraction: number, elapsedSeconds: number, startFraction = 0): number | undefined {
    if (this.#work === undefined) return undefined;
    const pace = this.#pace();
    let seconds = 0;
    for (const id of this.#remaining) {
      const predicted = (this.#predict(id) ?? 0) * pace;
      seconds += id === stage ? this.#currentStage(predicted, fraction, elapsedSeconds, startFraction) : predicted;
    }
    return seconds;
  }

  #currentStage(predicted: number, fraction: number, elapsedSeconds: number, startFraction: number): number {
    const byHistory = predicted * (1 - fraction);
    const done = fraction - startFraction;
    if (done <= 0) return byHistory;
    const byPace = (elapsedSeconds / done) * (1 - fraction);
    const trust = Math.min(1, done / TRUSTED_FRACTION);
    return trust * byPace + (1 - trust) * byHistory;
  }

  /** How much slower this run is than predicted; half a minute of measured work makes it count in full. */
  #pace(): number {
    if (this.#predictedSeconds === 0) return 1;
    const ratio = Math.min(5, Math.max(0.2, this.#measuredSeconds / this.#predictedSeconds));
    const trust = Math.min(1, this.#measuredSeconds / 30);
    return trust * ratio + (1 - trust);
  }

  #predict(stage: StageId): number | undefined {
    if (this.#work === undefined) return undefined;
    return (this.#times.rate(this.#name(stage)) ?? DEFAULT_SECONDS_PER_UNIT[stage]) * this.#work(stage);
  }

  #name(stage: StageId): string {
    return `${this.#variant}/${stage}`;
  }
}
