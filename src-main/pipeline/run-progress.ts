import type { StageId } from '../../src-shared/pipeline/stages.js';
import { stageSpans } from './stage-costs.js';

/** Turns the progress of stages into that of the run: 0..1, never backwards. */
export class RunProgress {
  readonly #spans: ReturnType<typeof stageSpans>;
  #fraction = 0;
  #stage: StageId | undefined;
  #stageFraction = 0;

  /** @param stages that run, in order */
  constructor(stages: readonly StageId[]) {
    this.#spans = stageSpans(stages);
  }

  /** Of the run. */
  get fraction(): number {
    return this.#fraction;
  }

  /** Of the current stage. */
  get stageFraction(): number {
    return this.#stageFraction;
  }

  /** @param stageFraction 0..1; smaller than before is taken as before, not a number as no progress */
  advance(stage: StageId, stageFraction: number): void {
    if (stage !== this.#stage) {
      this.#stage = stage;
      this.#stageFraction = 0;
    }
    const clamped = Number.isFinite(stageFraction) ? Math.min(1, Math.max(0, stageFraction)) : 0;
    this.#stageFraction = Math.max(this.#stageFraction, clamped);
    const span = this.#spans.get(stage);
    if (!span) return;
    this.#fraction = Math.max(this.#fraction, Math.min(1, span.start + this.#stageFraction * (span.end - span.start)));
  }
}
