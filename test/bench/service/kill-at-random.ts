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
  readonly storage: string;
  /** The service as it runs now. */
  readonly service: () => ServeProcess;
  /** Ends the service by SIGKILL, checks its store and starts it again. */
  readonly killService: () => Promise<void>;
}

/**
 * Kills the service, or the process of a job that runs, at random moments. A job that has completed meanwhile is run again
 * with the same options, so that there is always one to disturb.
 *
 * @param jobIds jobs that wait or run; they need not have ended afterwards
 * @returns how many of each were killed
 */
export async function killAtRandom(
  jobIds: readonly string[],
  { seed, kills, storage, service, killService }: RandomKills,
): Promise<{ readonly service: number; readonly jobProcess: number }> {
  const random = new Random(seed);
  const killed = { service: 0, jobProcess: 0 };
  while (killed.service + killed.jobProcess < kills) {
    await delay(random.uniform() * LONGEST_PAUSE_MS);
    const jobs = (await service().client.list()).jobs.filter(({ job_id }) => jobIds.includes(job_id));
    if (jobs.every(({ status }) => status === 'completed'))
      throw new Error('All jobs have ended before the last kill.');
    const running = jobs.find(({ status, attempt }) => status === 'processing' && attempt < MOST_ATTEMPTS);
    if (random.uniform() < 0.5 && running && killNow(jobProcessId(storage, running.job_id))) killed.jobProcess++;
    else {
      await killService();
      killed.service++;
    }
  }
  return killed;
}
