import { availableParallelism } from 'node:os';
import { Piscina } from 'piscina';
import { StudioError } from '../../../src-shared/errors/studio-error.js';

/**
 * Worker threads that run task modules. A task module is a file that exports `run(input): Promise<Output> | Output`; input and
 * output are structured-cloned, SharedArrayBuffers are shared. A task keeps its WebAssembly instance in module scope, so each
 * worker has its own.
 *
 * Work items should take 10 to 200 ms (an image's whole feature detection may take longer): progress and cancelling happen
 * between items, except that an abort ends the threads that are busy, at once.
 */
export class KernelPool {
  readonly #piscina: Piscina;
  readonly threads: number;

  /** @param threads number of worker threads; all processors by default */
  constructor(threads: number = availableParallelism()) {
    this.threads = threads;
    this.#piscina = new Piscina({
      filename: RUN_TASK_FILE,
      minThreads: 0,
      maxThreads: threads,
      idleTimeout: 20_000,
      concurrentTasksPerWorker: 1,
    });
  }

  /**
   * Runs one work item.
   *
   * @param task URL of the task module: `new URL('./detect-features-task.js', import.meta.url)`
   * @throws the signal's reason when aborted; what the task threw (a StudioError stays one); WORKER_CRASHED, OUT_OF_MEMORY
   */
  async run<Input, Output>(task: URL, input: Input, signal: AbortSignal): Promise<Output> {
    signal.throwIfAborted();
    try {
      const outcome = await this.#piscina.run({ task: task.href, input }, { signal, name: 'runTask' });
      if ('error' in outcome) throw new StudioError(outcome.error.code, outcome.error);
      return outcome.output;
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      throw workerError(error);
    }
  }

  /**
   * Runs the items on all workers and returns the outputs in the order of the items, whatever the order in which they end.
   *
   * @param onDone called after each item with the number done so far
   */
  async map<Input, Output>(
    task: URL,
    inputs: readonly Input[],
    signal: AbortSignal,
    onDone: (done: number, output: Output, index: number) => void | Promise<void> = () => {},
  ): Promise<Output[]> {
    const outputs = new Array<Output>(inputs.length);
    let next = 0;
    let done = 0;
    // Two items a worker in flight: the next one is there when the current one ends, and inputs do not pile up.
    const lane = async () => {
      while (next < inputs.length) {
        const index = next++;
        const output = await this.run<Input, Output>(task, inputs[index] as Input, signal);
        outputs[index] = output;
        await onDone(++done, output, index);
      }
    };
    await Promise.all(Array.from({ length: Math.min(inputs.length, this.threads * 2) }, lane));
    return outputs;
  }

  /** Ends all workers. */
  async close(): Promise<void> {
    await this.#piscina.destroy();
  }
}

const RUN_TASK_FILE = new URL('./run-task.js', import.meta.url).href;

function workerError(error: unknown): unknown {
  if (error instanceof StudioError || !(error instanceof Error)) return error;
  const code = 'code' in error ? error.code : undefined;
  if (code === 'ERR_WORKER_OUT_OF_MEMORY' || error instanceof RangeError) {
    return new StudioError('OUT_OF_MEMORY', { cause: error });
  }
  if (code === 'ERR_WORKER_INVALID_EXEC_ARGV' || /worker (exited|ended)/i.test(error.message)) {
    return new StudioError('WORKER_CRASHED', { cause: error });
  }
  return error;
}
