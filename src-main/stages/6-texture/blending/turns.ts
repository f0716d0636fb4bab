import { StudioError } from '../../../../src-shared/errors/studio-error.js';

/** A worker that died in its turn would hold up the others for ever. */
const MAX_WAIT_MS = 300_000;

/** Blocks the worker until the stripe has reached the turn. @throws WORKER_CRASHED when nothing moves for minutes */
export function waitForTurn(turns: Int32Array, stripe: number, turn: number): void {
  for (let now = Atomics.load(turns, stripe); now < turn; now = Atomics.load(turns, stripe)) {
    if (Atomics.wait(turns, stripe, now, MAX_WAIT_MS) === 'timed-out') throw new StudioError('WORKER_CRASHED');
  }
}
