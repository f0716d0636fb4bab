import { setMaxListeners } from 'node:events';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import type { Piscina } from 'piscina';
import { StudioError } from '../../../src-shared/errors/studio-error.js';
import { outsideArchive } from './outside-archive.js';
import type { TaskOutcome } from './run-task.js';

// By its real path: Piscina starts its threads from a file beside its own.
const require = createRequire(import.meta.url);
const { Piscina: Pool } = require(outsideArchive(require.resolve('piscina'))) as typeof import('piscina');

/**
 * Worker threads that run task modules. A task module is a file that exports `run(input): Promise<Output> | Output`; input and
 * output are structured-cloned, SharedArrayBuffers are shared. A task keeps its WebAssembly instance in module scope, so each
 * worker has its own.
 *
 * Work items should take 10 to 200 ms (an image's whole feature detection may take longer): progress and cancelling happen
 * between items, except that an abort ends the threads that are busy, at once. A worker that crashes or runs out of memory
 * fails the items it had; the next item gets a new worker.
 */
export class KernelPool {
  #piscina: Piscina;
  readonly threads: number;
  readonly #maxHeapMegabytes: number | undefined;

  /**
   * @param threads number of worker threads; all processors by default
   * @param maxHeapMegabytes JavaScript heap of each worker (typed arrays and WebAssembly memory do not count); V8's by default
   */
  constructor(threads: number = availableParallelism(), maxHeapMegabytes?: number) {
    this.threads = threads;
    this.#maxHeapMegabytes = maxHeapMegabytes;
    this.#piscina = this.#start();
  }

  #start(): Piscina {
    const maxOldGenerationSizeMb = this.#maxHeapMegabytes;
    const piscina = new Pool({
      filename: RUN_TASK_FILE,
      minThreads: 0,
      maxThreads: this.threads,
      idleTimeout: 20_000,
      concurrentTasksPerWorker: 1,
      ...(maxOldGenerationSizeMb === undefined ? {} : { resourceLimits: { maxOldGenerationSizeMb } }),
    });
    // A worker that dies while it has nothing to do harms nobody; without a listener it would end the process.
    piscina.on('error', () => {});
    return piscina;
  }

  /**
   * Runs one work item.
   *
   * @param task URL of the task module: `new URL('./detect-features-task.js', import.meta.url)`
   * @throws the signal's reason when aborted; what the task threw (a StudioError stays one); WORKER_CRASHED, OUT_OF_MEMORY
   */
  async run<Input, Output>(task: URL, input: Input, signal: AbortSignal): Promise<Output> {
    signal.throwIfAborted();
    let outcome: TaskOutcome;
    try {
      outcome = (await this.#piscina.run(
        { task: outsideArchive(task.href), input },
        { signal, name: 'runTask' },
      )) as TaskOutcome;
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      throw workerError(error);
    }
    if ('error' in outcome) throw new StudioError(outcome.error.code, outcome.error);
    return outcome.output as Output;
  }

  /**
   * Runs the items on all workers and returns the outputs in the order of the items, whatever the order in which they end.
   * When an item fails the others are stopped; nothing goes on in the background after this has thrown.
   *
   * @param onDone called after each item with the number done so far
   * @throws as {@link run}; of several failures the one of the first item
   */
  async map<Input, Output>(
    task: URL,
    inputs: readonly Input[],
    signal: AbortSignal,
    onDone: (done: number, output: Output, index: number) => void | Promise<void> = () => {},
  ): Promise<Output[]> {
    const stop = new AbortController();
    const either = AbortSignal.any([signal, stop.signal]);
    setMaxListeners(0, either);
    const outputs = new Array<Output>(inputs.length);
    const failures: { readonly index: number; readonly error: unknown }[] = [];
    let next = 0;
    let done = 0;
    // Two items a worker in flight: the next one is there when the current one ends, and inputs do not pile up.
    const lane = async () => {
      while (next < inputs.length && failures.length === 0) {
        const index = next++;
        try {
          const output = await this.run<Input, Output>(task, inputs[index] as Input, either);
          outputs[index] = output;
          await onDone(++done, output, index);
        } catch (error) {
          // Items that end because of the first failure are not failures themselves.
          if (stop.signal.aborted && error === stop.signal.reason) return;
          failures.push({ index, error });
          stop.abort(new DOMException('Another item failed', 'AbortError'));
        }
      }
    };
    await Promise.all(Array.from({ length: Math.min(inputs.length, this.threads * 2) }, lane));
    signal.throwIfAborted();
    const [first] = failures.sort((a, b) => a.index - b.index);
    if (first) throw first.error;
    return outputs;
  }

  /**
   * Ends the workers and starts afresh: WebAssembly memory grows but never shrinks, so it is given back between stages. Only
   * when nothing is running.
   */
  async renew(): Promise<void> {
    const old = this.#piscina;
    this.#piscina = this.#start();
    await old.destroy();
  }

  /** Ends all workers. */
  async close(): Promise<void> {
    await this.#piscina.destroy();
  }
}

const RUN_TASK_FILE = outsideArchive(new URL('./run-task.js', import.meta.url).href);

/** What Piscina rejects with when a thread is gone: `ERR_WORKER_...` from Node, else an error of its own without a code. */
function workerError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const code = 'code' in error ? error.code : undefined;
  if (code === 'ERR_WORKER_OUT_OF_MEMORY') return new StudioError('OUT_OF_MEMORY', { cause: error });
  return new StudioError('WORKER_CRASHED', { cause: error, details: { cause: error.message } });
}
