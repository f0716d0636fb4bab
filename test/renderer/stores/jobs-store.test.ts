import { expect, it } from 'vitest';
import type { AtlasApi } from '../../../src-renderer/api/atlas-api.js';
import { createJobsStore } from '../../../src-renderer/stores/jobs-store.js';
import { createNoticesStore } from '../../../src-renderer/stores/notices-store.js';
import type { JobResource } from '../../../src-shared/api/job-schemas.js';

const job = (status: string, updated_at: string) =>
  ({ job_id: 'a', status, updated_at, created_at: '' }) as JobResource;

it('passes over news that are older than what is known: events are told again to who connects anew', () => {
  const store = createJobsStore({} as AtlasApi, createNoticesStore());
  const { put } = store.getState();
  put(job('completed', '2026-01-01T00:00:02.000Z'));
  put(job('processing', '2026-01-01T00:00:01.000Z'));
  expect(store.getState().jobs.get('a')?.status).toBe('completed');
  put(job('queued', '2026-01-01T00:00:03.000Z'));
  expect(store.getState().jobs.get('a')?.status).toBe('queued');
});
