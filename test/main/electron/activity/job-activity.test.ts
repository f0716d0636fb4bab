import { describe, expect, it } from 'vitest';
import { endNotification, JobActivity, mustStayAwake, taskbarProgress } from '#main/electron/activity/job-activity.js';
import { jobSource } from '#main/electron/activity/job-source.js';
import type { JobResource } from '#shared/api/job-schemas.js';
import { openTestService } from '../../server/open-test-service.js';

const job = (job_id: string, change: Partial<JobResource> = {}) =>
  ({ job_id, name: job_id, status: 'processing', progress: 0, message: '', created_at: '', ...change }) as JobResource;

describe('what is computed', () => {
  it('is told when it changes, and only then', async () => {
    let running: JobResource[] = [];
    const told: number[] = [];
    const activity = new JobActivity(
      { listRunning: async () => running, find: async () => undefined },
      { onChange: (now) => told.push(taskbarProgress(now)), onEnded: () => {} },
    );
    await activity.look();
    running = [job('a', { progress: 10 })];
    await activity.look();
    running = [job('a', { progress: 10.4 })];
    await activity.look();
    running = [job('a', { progress: 50 }), job('b', { progress: 100 })];
    await activity.look();
    running = [];
    await activity.look();
    expect(told).toEqual([0.1, 0.75, -1]);
  });

  it('is told once when it has ended, and not when it waits again or was deleted', async () => {
    let running = [job('done'), job('deleted'), job('waits again')];
    const ended: string[] = [];
    const activity = new JobActivity(
      {
        listRunning: async () => running,
        find: async (id) =>
          id === 'deleted' ? undefined : job(id, { status: id === 'done' ? 'completed' : 'queued' }),
      },
      { onChange: () => {}, onEnded: ({ job_id }) => ended.push(job_id) },
    );
    await activity.look();
    running = [];
    await activity.look();
    await activity.look();
    expect(ended).toEqual(['done']);
  });

  it('keeps the computer awake, while it lasts', () => {
    expect(mustStayAwake({ running: [job('a')] })).toBe(true);
    expect(mustStayAwake({ running: [] })).toBe(false);
  });

  it('is asked of the real service', async () => {
    const service = await openTestService({ minPhotos: 3 });
    try {
      const source = jobSource(service.client);
      expect(await source.listRunning()).toEqual([]);
      expect(await source.find('5b0f0b3a-3c64-4b7a-9d4a-0a4f0e3d8f11')).toBeUndefined();
      const id = await service.client.createDraft({ name: 'Vase' });
      expect(await source.find(id)).toMatchObject({ name: 'Vase', status: 'draft' });
    } finally {
      await service.close();
    }
  });
});

describe('the notification of an end', () => {
  it('names the capture', () => {
    expect(endNotification(job('Vase', { status: 'completed' }))).toEqual({
      title: 'Your model is ready',
      body: 'Vase',
    });
  });
  it('says what went wrong', () => {
    expect(endNotification(job('Vase', { status: 'failed', message: 'Too few photos.' }))?.body).toBe(
      'Vase: Too few photos.',
    );
  });
  it('is none for what the person has stopped', () => {
    expect(endNotification(job('Vase', { status: 'cancelled' }))).toBeUndefined();
  });
});
