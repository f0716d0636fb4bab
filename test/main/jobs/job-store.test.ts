import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { beforeEach, describe, expect, it } from 'vitest';
import { EventStore } from '#main/jobs/store/event-store.js';
import { JobStore } from '#main/jobs/store/job-store.js';
import { MIGRATIONS } from '#main/jobs/store/migrations.js';
import { type JobDatabase, openDatabase } from '#main/jobs/store/open-database.js';
import type { JobRecord } from '#shared/job/job-record.js';
import { JOB_STATES, JOB_TRANSITIONS } from '#shared/job/job-state.js';
import { ReconstructOptionsSchema } from '#shared/pipeline/reconstruct-options.js';

let database: JobDatabase;
let store: JobStore;
let clock = 0;
beforeEach(() => {
  database = openDatabase(':memory:');
  store = new JobStore(database);
  clock = Date.parse('2026-01-01T00:00:00.000Z');
});

function add(changes: Partial<JobRecord> = {}): string {
  clock += 1000;
  const at = new Date(clock).toISOString();
  const job: JobRecord = {
    ...{ version: 1, job_id: randomUUID(), name: '', status: 'queued', progress: 0, stage: null, message: '' },
    ...{ eta_seconds: null, priority: 0, attempt: 0, options: ReconstructOptionsSchema.parse({}), photo_count: 3 },
    ...{ photo_bytes: 1, workspace_bytes: 0, artifact_bytes: 0, warnings: [], error: null, created_at: at },
    ...{
      updated_at: at,
      queued_at: at,
      started_at: null,
      finished_at: null,
      artifacts_from: null,
      expired_at: null,
      webhook: null,
    },
    ...{ client: 'a', ...changes },
  };
  return store.create(job).job.job_id;
}

/** Starts and finishes all waiting jobs one after another. @returns their clients or names, in order */
function serve(key: 'client' | 'name'): string[] {
  const served: string[] = [];
  for (let job = store.nextQueued(); job; job = store.nextQueued()) {
    const { job_id } = job;
    store.update(job_id, () => ({ status: 'processing' }));
    store.update(job_id, () => ({ status: 'completed' }));
    served.push(job[key]);
  }
  return served;
}

describe('turns in the queue', () => {
  it('go by age among the jobs of one client', () => {
    for (const name of ['1', '2', '3']) add({ name });
    expect(serve('name')).toEqual(['1', '2', '3']);
  });

  it('go by priority first', () => {
    add({ name: 'low', priority: -1 });
    add({ name: 'normal' });
    add({ name: 'high', priority: 5 });
    expect(serve('name')).toEqual(['high', 'normal', 'low']);
  });

  it('alternate between clients, whoever sent a hundred jobs before', () => {
    for (let i = 0; i < 4; i++) add({ client: 'many' });
    for (let i = 0; i < 2; i++) add({ client: 'few' });
    expect(serve('client')).toEqual(['many', 'few', 'many', 'few', 'many', 'many']);
  });

  it('leave a client that comes later a turn before the next one of a client that was just served', () => {
    for (let i = 0; i < 3; i++) add({ client: 'many' });
    store.update(store.nextQueued()!.job_id, () => ({ status: 'processing' }));
    const late = add({ client: 'late' });
    expect(store.nextQueued()?.job_id).toBe(late);
    expect(store.queuePosition(late)).toBe(0);
  });

  it('are numbered without gaps and follow every change', () => {
    const ids = [add(), add(), add()];
    expect(ids.map((id) => store.queuePosition(id))).toEqual([0, 1, 2]);
    store.update(ids[0]!, () => ({ status: 'cancelled' }));
    expect(ids.map((id) => store.queuePosition(id))).toEqual([undefined, 0, 1]);
    store.delete(ids[1]!);
    expect(store.queuePosition(ids[2]!)).toBe(0);
  });
});

describe('changes', () => {
  it('of the state follow the table, and nothing else passes', () => {
    for (const from of JOB_STATES) {
      for (const to of JOB_STATES.filter((state) => state !== from)) {
        const id = add({ status: from });
        const change = () => store.update(id, () => ({ status: to }));
        if (JOB_TRANSITIONS[from].includes(to)) expect(change().status).toBe(to);
        else expect(change).toThrow(expect.objectContaining({ code: 'JOB_STATE_CONFLICT' }));
      }
    }
  });

  it('that fail in a transaction leave nothing, not even a place in the queue', () => {
    const failing = () =>
      database.transaction(() => {
        const id = add();
        expect(store.queuePosition(id)).toBe(0);
        throw new Error('broken');
      });
    expect(failing).toThrow('broken');
    expect(store.nextQueued()).toBeUndefined();
    expect(store.list([], 10).jobs).toEqual([]);
  });
});

describe('listing', () => {
  it('pages from the newest, each job once, by state', () => {
    const ids = Array.from({ length: 7 }, () => add());
    store.update(ids[3]!, () => ({ status: 'cancelled' }));
    const seen: string[] = [];
    for (let before: number | undefined; ; ) {
      const page = store.list(['queued'], 2, before);
      seen.push(...page.jobs.map(({ job_id }) => job_id));
      if (page.next === undefined) break;
      before = page.next;
    }
    expect(seen).toEqual(ids.filter((_, i) => i !== 3).reverse());
    expect(store.countByState()).toEqual({ queued: 6, cancelled: 1 });
  });
});

describe('the database', () => {
  it('is brought up to date once, and stays as it is at later starts', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'atlas-store-'));
    const file = join(folder, 'jobs.db');
    openDatabase(file).close();
    openDatabase(file).close();
    const raw = new Database(file);
    expect(raw.prepare('PRAGMA user_version').get()).toMatchObject({ user_version: MIGRATIONS.length });
    expect(raw.prepare('PRAGMA journal_mode').get()).toMatchObject({ journal_mode: 'wal' });
    raw.close();
    await rm(folder, { recursive: true });
  });
});

describe('the events of a job', () => {
  it('are trimmed to the newest ones and the newest preview of each kind', () => {
    const events = new EventStore(database);
    const [job, other] = [add(), add()];
    const note = (type: 'status' | 'preview', value: object) => events.add(job, type, JSON.stringify(value), undefined);
    note('preview', { kind: 'sparse', cameras: 2 });
    const sparse = note('preview', { kind: 'sparse', cameras: 3 });
    const mesh = note('preview', { kind: 'mesh' });
    const statuses = [1, 2, 3, 4, 5].map((progress) => note('status', { progress }));
    const others = events.add(other, 'preview', '{"kind":"sparse"}', undefined);
    events.trim(job, 2);
    expect(events.after(job, 0).map(({ eventId }) => eventId)).toEqual([sparse, mesh, ...statuses.slice(-2)]);
    expect(events.after(other, 0).map(({ eventId }) => eventId)).toEqual([others]);
  });
});
