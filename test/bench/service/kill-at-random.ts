import { setTimeout as delay } from 'node:timers/promises';
import { Random } from '#main/geometry/random.js';
import { jobProcessId, killNow, type ServeProcess } from '../../e2e/serve-process.js';

/** Between two kills, at most: some hit a start, some the middle of a stage. */
const LONGEST_PAUSE_MS = 2500;
/** The service tries ten times: a job that was hit so often is spared. */
const MOST_ATTEMPTS = 9;

export interface RandomKills {
  /** Chooses victims and moments. */
  readonly seed: number;
  readonly kills: number;
  /** That wait at the beginning; another follows whenever all have ended. */
  readonly jobs: number;
  readonly storage: string;
  /** The service as it runs now. */
  readonly service: () => ServeProcess;
  /** Makes a job and queues it. @returns its id */
  readonly submit: () => Promise<string>;
  /** Ends the service by SIGKILL, checks its store and starts it again. */
  readonly killService: () => Promise<void>;
}

/** What was killed, and the jobs meanwhile: they may still wait or run. */
export interface KilledAtRandom {
  readonly jobIds: readonly string[];
  readonly services: number;
  readonly jobProcesses: number;
}

/** Kills the service, or the process of a job that runs, at random moments. */
export async function killAtRandom(setup: RandomKills): Promise<KilledAtRandom> {
  const { kills, storage, service, submit, killService } = setup;
  const random = new Random(setup.seed);
  const jobIds: string[] = [];
  while (jobIds.length < setup.jobs) jobIds.push(await submit());
  let services = 0;
  let jobProcesses = 0;
  while (services + jobProcesses < kills) {
    await delay(random.uniform() * LONGEST_PAUSE_MS);
    const jobs = (await service().client.list()).jobs.filter(({ job_id }) => jobIds.includes(job_id));
    if (jobs.every(({ status }) => status === 'completed')) jobIds.push(await submit());
    const running = jobs.find(({ status, attempt }) => status === 'processing' && attempt < MOST_ATTEMPTS);
    if (random.uniform() < 0.5 && running && killNow(jobProcessId(storage, running.job_id))) jobProcesses++;
    else {
      await killService();
      services++;
    }
  }
  return { jobIds, services, jobProcesses };
}
