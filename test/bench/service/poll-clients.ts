import { Agent, request } from 'node:http';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';

// A process of its own that polls a job as many clients do, each over its own kept connection: what it measures is then the
// service's slowness, not its own. It is told what to do by a message and answers with one.

/** What the clients are to do. */
export interface PollOrder {
  readonly address: string;
  readonly token: string;
  readonly clients: number;
  readonly seconds: number;
  /** Between the end of a poll and the next of the same client. */
  readonly pauseMs: number;
}

/** What they saw. */
export interface PollTimes {
  /** Milliseconds of each poll that was answered 200. */
  readonly times: readonly number[];
  /** What went wrong, by kind. */
  readonly errors: Readonly<Record<string, number>>;
  /** How late this process's own event loop was, in milliseconds. */
  readonly ownDelayP99Ms: number;
}

const LOOK_EVERY_MS = 10;

process.once('message', (order: PollOrder) => {
  void poll(order).then((seen) => {
    process.send?.(seen);
    process.disconnect();
  });
});

async function poll({ address, token, clients, seconds, pauseMs }: PollOrder): Promise<PollTimes> {
  const times: number[] = [];
  const errors: Record<string, number> = {};
  const own = monitorEventLoopDelay({ resolution: LOOK_EVERY_MS });
  own.enable();
  const end = performance.now() + seconds * 1000;
  const client = async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    await delay(Math.random() * pauseMs);
    while (performance.now() < end) {
      const begin = performance.now();
      const outcome = await get(address, token, agent);
      if (outcome === '200') times.push(performance.now() - begin);
      else errors[outcome] = (errors[outcome] ?? 0) + 1;
      await delay(pauseMs);
    }
    agent.destroy();
  };
  await Promise.all(Array.from({ length: clients }, client));
  return { times, errors, ownDelayP99Ms: Math.max(0, own.percentile(99) / 1e6 - LOOK_EVERY_MS) };
}

/** @returns the status, or the code of the error */
function get(address: string, token: string, agent: Agent): Promise<string> {
  return new Promise((resolve) => {
    const call = request(address, { agent, headers: { authorization: `Bearer ${token}` } }, (answer) => {
      answer.resume();
      answer.once('end', () => resolve(String(answer.statusCode)));
      answer.once('error', (error) => resolve(error.message));
    });
    call.once('error', (error) => resolve('code' in error ? String(error.code) : error.message));
    call.end();
  });
}
