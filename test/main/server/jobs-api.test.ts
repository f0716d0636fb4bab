import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { multipart, noisePhoto, openTestService, type TestService } from './open-test-service.js';

const JOBS = '/api/v1/jobs';

describe('the jobs API', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await openTestService({ minPhotos: 3 });
    // Jobs stay queued here: what a run does is tested elsewhere.
    await service.parts.queue.stop();
  });
  afterAll(() => service.close());

  const photos = async (count: number) =>
    Promise.all(
      Array.from({ length: count }, async (_, i) => ({ name: `photo ${i}.jpg`, data: await noisePhoto(i + 1) })),
    );

  it('queues a job from a multipart request and shows it', async () => {
    const body = await multipart(await photos(3), { options: '{"tier":"preview"}', name: 'Vase' });
    const created = await service.app.inject({
      ...{ method: 'POST', url: JOBS, payload: body.payload },
      headers: { ...body.headers, ...service.authorization },
    });
    expect(created.statusCode).toBe(202);
    const { job_id: jobId } = created.json<{ job_id: string }>();
    expect(created.json()).toEqual({ job_id: jobId, status: 'queued' });
    expect(created.headers.location).toBe(`${JOBS}/${jobId}`);

    const job = await service.app.inject({ url: `${JOBS}/${jobId}`, headers: service.authorization });
    expect(job.json()).toMatchObject({
      status: 'queued',
      progress: 0,
      photo_count: 3,
      name: 'Vase',
      queue_position: 0,
    });
    expect(job.json()).not.toHaveProperty('webhook');
    const images = await service.app.inject({ url: `${JOBS}/${jobId}/images`, headers: service.authorization });
    expect(images.json<{ photos: { name: string }[] }>().photos.map(({ name }) => name)).toEqual([
      'photo 0.jpg',
      'photo 1.jpg',
      'photo 2.jpg',
    ]);
  });

  it('leaves nothing of a request with too few photos', async () => {
    const before = (await readdir(service.parts.folders.workspaces)).length;
    const body = await multipart(await photos(2));
    const answer = await service.app.inject({
      ...{ method: 'POST', url: JOBS, payload: body.payload },
      headers: { ...body.headers, ...service.authorization },
    });
    expect(answer.statusCode).toBe(422);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.json()).toMatchObject({ code: 'INPUT_TOO_FEW_PHOTOS', status: 422 });
    expect((await readdir(service.parts.folders.workspaces)).length).toBe(before);
  });

  it('refuses what is not a photo by its content, and keeps its name from becoming a path', async () => {
    const body = await multipart([{ name: '../../../evil.jpg', data: Buffer.from('not a photo') }]);
    const answer = await service.app.inject({
      ...{ method: 'POST', url: JOBS, payload: body.payload },
      headers: { ...body.headers, ...service.authorization },
    });
    expect(answer.statusCode).toBe(422);
    expect(answer.json()).toMatchObject({ code: 'PHOTO_UNREADABLE', details: { photo: 'evil.jpg' } });
  });

  it('makes one job of two requests with the same Idempotency-Key', async () => {
    const body = await multipart(await photos(3));
    const request = {
      ...{ method: 'POST' as const, url: JOBS, payload: body.payload },
      headers: { ...body.headers, ...service.authorization, 'idempotency-key': 'key-1' },
    };
    const first = await service.app.inject(request);
    const second = await service.app.inject(request);
    expect(first.statusCode).toBe(202);
    expect(second.json()).toEqual(first.json());
  });

  it.each([
    ['no token', {}],
    ['a wrong token', { authorization: 'Bearer wrong' }],
    ['a truncated token', { authorization: 'Bearer test-token' }],
    ['another scheme', { authorization: 'Basic dGVzdDp0ZXN0' }],
  ])('answers 401 to %s', async (_name, headers) => {
    const answer = await service.app.inject({ url: JOBS, headers });
    expect(answer.statusCode).toBe(401);
    expect(answer.json()).toMatchObject({ code: 'API_UNAUTHORIZED' });
  });

  it.each([
    ['a foreign Host', { host: 'evil.example' }],
    ['a foreign Origin', { origin: 'https://evil.example' }],
  ])('answers 403 to %s', async (_name, headers) => {
    const answer = await service.app.inject({ url: JOBS, headers: { ...service.authorization, ...headers } });
    expect(answer.statusCode).toBe(403);
    expect(answer.json()).toMatchObject({ code: 'API_HOST_REFUSED' });
  });

  it('cancels a queued job, queues it again and deletes it', async () => {
    const body = await multipart(await photos(3));
    const created = await service.app.inject({
      ...{ method: 'POST', url: JOBS, payload: body.payload },
      headers: { ...body.headers, ...service.authorization },
    });
    const url = `${JOBS}/${created.json<{ job_id: string }>().job_id}`;
    const post = (action: string) =>
      service.app.inject({ method: 'POST', url: `${url}/${action}`, headers: service.authorization });
    expect((await post('cancel')).json()).toMatchObject({ status: 'cancelled' });
    expect((await post('retry')).json()).toMatchObject({ status: 'queued' });
    expect((await post('retry')).statusCode).toBe(409);
    const artifact = await service.app.inject({ url: `${url}/artifact`, headers: service.authorization });
    expect(artifact.statusCode).toBe(409);
    expect(artifact.json()).toMatchObject({ code: 'ARTIFACT_NOT_READY' });
    const removed = await service.app.inject({ method: 'DELETE', url, headers: service.authorization });
    expect(removed.statusCode).toBe(204);
    expect((await service.app.inject({ url, headers: service.authorization })).statusCode).toBe(404);
  });
});
