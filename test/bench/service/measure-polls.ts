import { fork } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { hasEnded } from '#shared/job/job-state.js';
import type { ServeProcess } from '../../e2e/serve-process.js';
import { loopDelay, printMeasured, processorSeconds, quantiles } from './measured.js';
import type { PollOrder, PollTimes } from './poll-clients.js';

const PAUSE_MS = 1000;

/** Clients that poll the status of a job while its reconstruction uses every processor. */
export async function measurePolls(
  service: ServeProcess,
  photos: readonly string[],
  load: { readonly clients: number; readonly seconds: number },
): Promise<void> {
  const { url, token, client, child } = service;
  const jobId = await client.submit(photos, { options: { tier: 'standard' } });
  while ((await client.get(jobId)).stage === null) await delay(100);
  await loopDelay(service);
  const cpuBefore = processorSeconds(child.pid ?? 0);
  const { times, errors, ownDelayP99Ms } = await pollInProcess({
    ...load,
    ...{ address: `${url}/api/v1/jobs/${jobId}`, token, pauseMs: PAUSE_MS },
  });
  const cpuSeconds = processorSeconds(child.pid ?? 0) - cpuBefore;
  const { status, stage, progress } = await client.get(jobId);
  printMeasured('polls', {
    ...quantiles(times),
    errors,
    ...(await loopDelay(service)),
    clientsDelayP99Ms: Number(ownDelayP99Ms.toFixed(1)),
    serverCpuPercent: Number(((cpuSeconds / load.seconds) * 100).toFixed(1)),
    serverCpuMsPerPoll: Number(((cpuSeconds * 1000) / times.length).toFixed(3)),
    // Whether it computed all the time: it has not ended, or the figures are those of an idle machine.
    job: { status, stage, progress, computedAllTheTime: !hasEnded(status) },
  });
  await client.delete(jobId);
}

function pollInProcess(order: PollOrder): Promise<PollTimes> {
  const child = fork(new URL('./poll-clients.js', import.meta.url), { serialization: 'advanced' });
  return new Promise((resolve, reject) => {
    child.once('message', (seen) => resolve(seen as PollTimes));
    child.once('close', (code) => reject(new Error(`The clients ended with ${code}.`)));
    child.send(order);
  });
}
