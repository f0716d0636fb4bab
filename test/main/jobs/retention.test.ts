import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { applyRetention } from '#main/jobs/retention.js';
import { SILENT_LOG } from '#main/logging/log.js';
import { openTestService, postJob, type RunJob, type TestService } from '../server/open-test-service.js';

const HOUR_MS = 3_600_000;
const TIMES = { draftHours: 1, workspaceHours: 10, artifactHours: 100 };

const writesModel: RunJob = async ({ outputFolder }) => {
  await mkdir(join(outputFolder, 'work'), { recursive: true });
  await writeFile(join(outputFolder, 'work', 'big.bin'), Buffer.alloc(5000));
  await writeFile(join(outputFolder, 'model.glb'), 'glTF');
};

let service: TestService;
beforeEach(async () => {
  service = await openTestService({ minPhotos: 3 }, writesModel);
});
afterEach(() => service.close());

/** Applies the rules as if so many hours had passed. */
function after(hours: number): Promise<void> {
  const { store, jobs, intake, changes, folders } = service.parts;
  return applyRetention(
    { store, jobs, intake, changes, folders, times: TIMES, log: SILENT_LOG },
    Date.now() + hours * HOUR_MS,
  );
}

const artifactStatus = async (jobId: string) =>
  (await fetch(`${service.url}/api/v1/jobs/${jobId}/artifact`, { headers: service.authorization })).status;

it('drafts go when nothing was added for their time', async () => {
  const draft = await service.client.createDraft();
  await after(0.9);
  expect((await service.client.get(draft)).status).toBe('draft');
  await after(1.1);
  await expect(service.client.get(draft)).rejects.toMatchObject({ code: 'JOB_NOT_FOUND' });
  expect(existsSync(service.parts.folders.workspace(draft))).toBe(false);
});

it('of an ended job first the intermediate files go, then artifacts and photos; the record stays', async () => {
  const { folders } = service.parts;
  const jobId = await postJob(service);
  const done = await service.client.wait(jobId, { pollMs: 20 });
  expect(done.workspace_bytes).toBeGreaterThan(5000);
  expect(done.artifact_bytes).toBe(4);
  await after(9);
  expect(existsSync(folders.output(jobId))).toBe(true);
  await after(11);
  expect(existsSync(folders.output(jobId))).toBe(false);
  expect(existsSync(folders.images(jobId))).toBe(true);
  expect(await artifactStatus(jobId)).toBe(200);
  await after(101);
  expect(await artifactStatus(jobId)).toBe(410);
  expect(existsSync(folders.images(jobId))).toBe(false);
  expect(await service.client.get(jobId)).toMatchObject({ status: 'completed', artifact_bytes: 0, workspace_bytes: 0 });
  await expect(service.client.retry(jobId)).rejects.toMatchObject({ code: 'JOB_EXPIRED' });
});

it('a job that waits or runs is never touched, however old', async () => {
  await service.parts.queue.stop();
  const jobId = await postJob(service);
  await after(10_000);
  expect((await service.client.get(jobId)).status).toBe('queued');
  expect(existsSync(service.parts.folders.images(jobId))).toBe(true);
});

it('what no job owns goes, other files stay', async () => {
  const { folders } = service.parts;
  const orphan = randomUUID();
  await mkdir(join(folders.workspaces, orphan, 'images'), { recursive: true });
  await writeFile(join(folders.artifacts, `${orphan}.glb`), 'x');
  await writeFile(join(folders.uploads, `${orphan}_${randomUUID()}`), 'x');
  await writeFile(join(folders.artifacts, 'note.txt'), 'x');
  await after(0);
  expect(existsSync(join(folders.workspaces, orphan))).toBe(false);
  expect(existsSync(join(folders.artifacts, `${orphan}.glb`))).toBe(false);
  expect(existsSync(join(folders.artifacts, 'note.txt'))).toBe(true);
});
