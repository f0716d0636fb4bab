import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hasEnded } from '#shared/job/job-state.js';
import { STAGE_IDS } from '#shared/pipeline/stages.js';
import { killAtRandom } from '../bench/service/kill-at-random.js';
import {
  checkStore,
  jobProcessId,
  killNow,
  type ServeProcess,
  startServe,
  strayFiles,
  timesCompleted,
} from './serve-process.js';
import { makeSmallCapture, SMALL_OPTIONS, type SmallCapture } from './small-capture.js';

const HOLD_MOMENTS = pathToFileURL(join(import.meta.dirname, 'hold-moments.mjs')).href;
/** Another each time; `KILL_SEED=n` repeats one. */
const SEED = Number(process.env.KILL_SEED ?? Date.now() % 1_000_000);
const KILLS = 20;
const PHOTOS = 8;

let root: string;
let storage: string;
let holds: string;
let settings: Record<string, string>;
let capture: SmallCapture;
let service: ServeProcess;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'atlas-kills-'));
  capture = await makeSmallCapture(root, PHOTOS);
}, 1_200_000);
afterAll(() => rm(root, { recursive: true, force: true }));

beforeEach(async () => {
  const folder = await mkdtemp(join(root, 'test-'));
  storage = join(folder, 'storage');
  holds = join(folder, 'holds');
  await mkdir(holds);
  settings = {
    ...{ ATLAS_MIN_PHOTOS: String(PHOTOS), ATLAS_CRASH_RETRIES: '10', ATLAS_TEST_HOLDS: holds },
    // Other tests run at the same time, and should not all go first.
    ATLAS_NICENESS: '0',
    NODE_OPTIONS: `--import ${HOLD_MOMENTS}`,
  };
  service = await startServe(storage, settings);
});
afterEach(() => service.stop('SIGKILL'));

/** Ends the service without warning, looks at its store and starts it again. */
async function killService(): Promise<void> {
  await service.stop('SIGKILL');
  expect(checkStore(storage)).toBe('ok');
  service = await startServe(storage, settings);
}

/** Ends the process of a job without warning. */
function killJob(jobId: string): void {
  expect(killNow(jobProcessId(storage, jobId))).toBe(true);
}

/** A draft with all photos. @param until where its run ends; with the model when absent */
async function makeDraft(until?: 'sfm'): Promise<string> {
  const jobId = await service.client.createDraft({ options: { ...SMALL_OPTIONS, ...(until && { until }) } });
  for (const photo of capture.photos) await service.client.uploadPhoto(jobId, photo);
  return jobId;
}

const holdAt = (jobId: string, moment: string) => writeFile(join(holds, `${jobId}.${moment}.hold`), '');

/** Resolves when the moment has come and a thread stands still in it. */
async function isHeld(jobId: string, moment: string): Promise<void> {
  while (!existsSync(join(holds, `${jobId}.${moment}.held`))) {
    expect(hasEnded((await service.client.get(jobId)).status), `${moment} was not held`).toBe(false);
    await delay(10);
  }
}

/** Waits for the end of the job, which it must reach once. */
async function expectCompleted(jobId: string): Promise<void> {
  expect(await service.client.wait(jobId, { pollMs: 50 })).toMatchObject({
    ...{ status: 'completed', progress: 100, error: null },
  });
  expect(timesCompleted(storage, jobId)).toBe(1);
}

/** Compares the job's model with that of an undisturbed run. */
async function expectSameModel(jobId: string): Promise<void> {
  const target = join(root, `${jobId}.glb`);
  await service.client.download(jobId, 'model.glb', target);
  expect((await readFile(target)).equals(capture.model), 'the model is that of an undisturbed run').toBe(true);
}

describe('kill -9', () => {
  // Over both jobs each stage is hit in its service and in its job process, and at three moments.
  const MOMENTS = ['begin', 'middle', 'end'] as const;
  const plan = (first: number) =>
    STAGE_IDS.map((stage, index) => ({
      moment: `${stage}.${MOMENTS[(index + first) % MOMENTS.length]}`,
      victim: (index + first) % 2 === 0 ? ('service' as const) : ('job process' as const),
    }));

  it.each([0, 1])(
    'of the service and of the job process in turn, in every stage, loses nothing (%d)',
    async (first) => {
      const jobId = await makeDraft();
      const bystander = await makeDraft();
      const kills = plan(first);
      for (const { moment } of kills) await holdAt(jobId, moment);
      await service.client.commit(jobId);
      let progress = 0;
      for (const { moment, victim } of kills) {
        await isHeld(jobId, moment);
        const job = await service.client.get(jobId);
        expect(job.progress).toBeGreaterThanOrEqual(progress);
        progress = job.progress;
        if (victim === 'service') await killService();
        else killJob(jobId);
      }
      await expectCompleted(jobId);
      expect(await service.client.get(bystander)).toMatchObject({ status: 'draft', photo_count: PHOTOS });
      expect((await service.client.list()).jobs.map(({ job_id }) => job_id)).toEqual([bystander, jobId]);
    },
    1_200_000,
  );

  it('of the service while it records the end of a job neither loses nor repeats it', async () => {
    const jobId = await makeDraft('sfm');
    for (const moment of ['record.begin', 'record.end']) await holdAt(jobId, moment);
    await service.client.commit(jobId);
    for (const moment of ['record.begin', 'record.end']) {
      while (!existsSync(join(holds, `${jobId}.${moment}.held`))) await delay(10);
      await killService();
    }
    await expectCompleted(jobId);
    expect(await service.client.get(jobId)).toMatchObject({ attempt: 1 });
    expect(strayFiles(storage)).toEqual([]);
  }, 1_200_000);

  it('of the job process more often than it is tried again fails with a typed error, and a retry completes', async () => {
    await service.stop('SIGTERM');
    settings = { ...settings, ATLAS_CRASH_RETRIES: '1' };
    service = await startServe(storage, settings);
    const jobId = await makeDraft('sfm');
    for (const moment of ['import.middle', 'features.end']) await holdAt(jobId, moment);
    await service.client.commit(jobId);
    for (const moment of ['import.middle', 'features.end']) {
      await isHeld(jobId, moment);
      killJob(jobId);
    }
    expect(await service.client.wait(jobId, { pollMs: 50 })).toMatchObject({
      ...{ status: 'failed', attempt: 2, error: { code: 'JOB_PROCESS_CRASHED', details: { exitSignal: 'SIGKILL' } } },
    });
    await service.client.retry(jobId);
    await expectCompleted(jobId);
  }, 1_200_000);

  it(`${KILLS} times in a row at random moments loses nothing and repeats nothing (KILL_SEED=${SEED})`, async () => {
    const submit = async () => {
      const jobId = await makeDraft();
      await service.client.commit(jobId);
      return jobId;
    };
    const { jobIds, services, jobProcesses } = await killAtRandom({
      ...{ seed: SEED, kills: KILLS, jobs: 3, storage, service: () => service, submit, killService },
    });
    expect(services + jobProcesses).toBe(KILLS);
    for (const jobId of jobIds) {
      await expectCompleted(jobId);
      await expectSameModel(jobId);
    }
    expect((await service.client.list()).jobs.map(({ job_id }) => job_id).sort()).toEqual([...jobIds].sort());
    await service.stop('SIGKILL');
    expect(checkStore(storage)).toBe('ok');
  }, 1_200_000);
});

describe('a polite stop', () => {
  it('ends the job process, leaves the store whole, and does not count as an attempt', async () => {
    const jobId = await makeDraft('sfm');
    await holdAt(jobId, 'features.middle');
    await service.client.commit(jobId);
    await isHeld(jobId, 'features.middle');
    const pid = jobProcessId(storage, jobId);
    expect(await service.stop('SIGTERM')).toBe(0);
    expect(() => process.kill(pid ?? 0, 0)).toThrow('ESRCH');
    expect(checkStore(storage)).toBe('ok');
    service = await startServe(storage, settings);
    await expectCompleted(jobId);
    expect(await service.client.get(jobId)).toMatchObject({ attempt: 1 });
  }, 1_200_000);
});

describe('a cancel', () => {
  it('ends a job whose thread answers nothing any more, and its process', async () => {
    const jobId = await makeDraft('sfm');
    await holdAt(jobId, 'features.middle');
    await service.client.commit(jobId);
    await isHeld(jobId, 'features.middle');
    const pid = jobProcessId(storage, jobId);
    expect(await service.client.cancel(jobId)).toMatchObject({ status: 'cancelled' });
    expect(() => process.kill(pid ?? 0, 0)).toThrow('ESRCH');
    await expect(service.client.download(jobId, 'model.glb', join(root, 'none'))).rejects.toMatchObject({
      code: 'ARTIFACT_NOT_READY',
    });
  }, 1_200_000);
});
