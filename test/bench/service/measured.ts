import { readFileSync } from 'node:fs';
import type { ServeProcess } from '../../e2e/serve-process.js';

/** Prints one line of JSON: what was measured, and its figures. */
export function printMeasured(measured: string, figures: Readonly<Record<string, unknown>>): void {
  console.log(JSON.stringify({ measured, ...figures }));
}

const rounded = (value: number): number => Number(value.toFixed(1));

/** The figures of a set of times. @param times milliseconds */
export function quantiles(times: readonly number[]): Readonly<Record<'count' | 'p50' | 'p99' | 'max', number>> {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number) => rounded(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
  return { count: sorted.length, p50: at(0.5), p99: at(0.99), max: rounded(sorted.at(-1) ?? 0) };
}

/** What Node's monitor of the event loop measures when there is no delay: the time between two looks. */
const LOOK_EVERY_MS = 10;

/** How late the service's event loop was since this was last asked, in milliseconds. */
export async function loopDelay(service: ServeProcess): Promise<Readonly<Record<string, number>>> {
  const text = await metrics(service);
  const late = (name: string) => {
    const seconds = Number(new RegExp(`^nodejs_eventloop_lag_${name}_seconds (\\S+)$`, 'm').exec(text)?.[1]);
    return rounded(Math.max(0, seconds * 1000 - LOOK_EVERY_MS));
  };
  return { loopDelayP50Ms: late('p50'), loopDelayP99Ms: late('p99'), loopDelayMaxMs: late('max') };
}

/** The service's metrics as Prometheus reads them. */
async function metrics({ url, token }: ServeProcess): Promise<string> {
  return (await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${token}` } })).text();
}

/** Resident memory of a process in bytes (Linux). */
export const residentBytes = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;

/** Processor time of a process with all its threads in seconds (Linux). */
export function processorSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** Of `/proc`, on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;
