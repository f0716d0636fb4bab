import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { checkStore, type ServeProcess, startServe, timesCompleted } from '../../e2e/serve-process.js';
import { killAtRandom } from './kill-at-random.js';
import { printMeasured } from './measured.js';

const JOBS = 3;
const OPTIONS = { tier: 'preview' } as const;

/**
 * Random kills of the service and of job processes: every job must end completed, once, with the model of the first job, which
 * nobody disturbed.
 *
 * @param photos of each job
 * @throws when a job is lost, repeated or damaged, or the store is
 */
export async function measureKills(photos: readonly string[], kills: number, seed: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'atlas-service-kills-'));
  const storage = join(folder, 'storage');
  const settings = { ATLAS_MIN_PHOTOS: '3', ATLAS_CRASH_RETRIES: '10' };
  let service: ServeProcess = await startServe(storage, settings);
  const requireWhole = () => {
    const state = checkStore(storage);
    if (state !== 'ok') throw new Error(`The store is damaged: ${state}`);
  };
  const killService = async () => {
    await service.stop('SIGKILL');
    requireWhole();
    service = await startServe(storage, settings);
  };
  const digest = async (jobId: string) => {
    const file = join(folder, 'model.glb');
    await service.client.download(jobId, 'model.glb', file);
    const hash = createHash('sha256');
    await pipeline(createReadStream(file), hash);
    return hash.digest('hex');
  };
  try {
    const undisturbed = await service.client.submit(photos, { options: OPTIONS });
    await service.client.wait(undisturbed);
    const expected = await digest(undisturbed);
    const { jobIds, services, jobProcesses } = await killAtRandom({
      ...{ seed, kills, jobs: JOBS, storage, service: () => service, killService },
      submit: () => service.client.submit(photos, { options: OPTIONS }),
    });
    for (const jobId of jobIds) {
      const { status, error } = await service.client.wait(jobId);
      if (status !== 'completed') throw new Error(`A job ${status}: ${error?.code}`);
      if (timesCompleted(storage, jobId) !== 1) throw new Error('A job completed more than once.');
      if ((await digest(jobId)) !== expected) throw new Error('A model differs from that of an undisturbed run.');
    }
    const { jobs } = await service.client.list();
    if (jobs.length !== jobIds.length + 1) throw new Error(`There are ${jobs.length} jobs, not ${jobIds.length + 1}.`);
    await service.stop('SIGTERM');
    requireWhole();
    printMeasured('kills', {
      seed,
      services,
      jobProcesses,
      jobsCompleted: jobIds.length,
      modelsEqual: true,
      store: 'ok',
    });
  } finally {
    await service.stop('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  }
}
