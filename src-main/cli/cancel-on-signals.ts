import { EXIT_CODES } from './exit-codes.js';

type StopSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

/**
 * Turns Ctrl-C (and a polite kill) into an abort; a second one ends the process at once.
 *
 * The listeners stay until `dispose`: execa's signal-exit, which is there while a program runs, kills the process by
 * the same signal when it finds no listener but its own.
 */
export function cancelOnSignals(signals: readonly StopSignal[] = ['SIGINT', 'SIGTERM', 'SIGHUP']): {
  readonly signal: AbortSignal;
  readonly dispose: () => void;
} {
  const controller = new AbortController();
  const onSignal = () => {
    if (controller.signal.aborted) process.exit(EXIT_CODES.cancelled);
    controller.abort();
  };
  for (const name of signals) process.on(name, onSignal);
  return {
    signal: controller.signal,
    dispose: () => {
      for (const name of signals) process.off(name, onSignal);
    },
  };
}
