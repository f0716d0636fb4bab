import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EstimateSchema } from '#shared/api/estimate-schemas.js';
import { multipart, noisePhotos, openTestService, type TestService } from './open-test-service.js';

describe('the estimate of a job', () => {
  let service: TestService;
  let jobId: string;
  beforeAll(async () => {
    service = await openTestService({ minPhotos: 3 });
    jobId = await service.client.createDraft();
    const body = await multipart(await noisePhotos(4));
    await service.app.inject({
      ...{ method: 'POST', url: `/api/v1/jobs/${jobId}/images`, payload: body.payload },
      headers: { ...body.headers, ...service.authorization },
    });
  });
  afterAll(() => service.close());

  const get = (query = '', id = jobId) =>
    service.app.inject({ url: `/api/v1/jobs/${id}/estimate${query}`, headers: service.authorization });
  const estimate = async (query = '') => EstimateSchema.parse((await get(query)).json());

  it('says what its included photos will take, with its options or others', async () => {
    const standard = await estimate();
    expect(standard).toMatchObject({ photos: 4, is_disk_short: false, is_memory_short: false });
    expect(standard.megapixels).toBeCloseTo(4 * 0.16, 9);
    const best = await estimate('?tier=premium');
    expect(best.disk_bytes.high).toBeGreaterThan(standard.disk_bytes.high);
    expect(best.memory_bytes.low).toBeGreaterThan(standard.memory_bytes.low);
    const [first] = await service.client.images(jobId);
    await service.client.setIncluded(jobId, [first?.photo_id ?? ''], false);
    expect((await estimate()).photos).toBe(3);
  });

  it('warns when disk or memory may not suffice', async () => {
    const { config } = service.parts;
    const before = { ...config };
    Object.assign(config, { minFreeDiskBytes: 1e18, jobMemoryBytes: 2 ** 26 });
    expect(await estimate()).toMatchObject({ is_disk_short: true, is_memory_short: true });
    Object.assign(config, before);
  });

  it('refuses what it does not know', async () => {
    expect((await get('?tier=best')).statusCode).toBe(400);
    expect((await get('', crypto.randomUUID())).statusCode).toBe(404);
  });
});
