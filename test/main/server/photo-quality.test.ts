import type { Exif, Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PhotoListSchema } from '#shared/api/photo-schemas.js';
import { testPicture } from '../stages/1-import/test-photos.js';
import { multipart, openTestService, type TestService, until } from './open-test-service.js';

const CAMERA = { IFD0: { Make: 'Canon', Model: 'EOS R5' }, IFD2: { FocalLength: '35/1', LensModel: 'RF 35' } };
const OTHER = { IFD0: { Make: 'Apple', Model: 'iPhone' }, IFD2: { FocalLength: '5/1' } };
const jpeg = (picture: Sharp, exif: Exif = CAMERA) => picture.withExif(exif).jpeg({ quality: 90 }).toBuffer();

describe('photos before a run', () => {
  let service: TestService;
  let jobId: string;
  beforeAll(async () => {
    service = await openTestService({ minPhotos: 3 });
    await service.parts.queue.stop();
    jobId = await service.client.createDraft({ name: 'Vase' });
    for (const [name, data] of [
      ...(await Promise.all(
        [1, 2, 3, 4].map(async (seed) => [`good ${seed}.jpg`, await jpeg(testPicture(seed))] as const),
      )),
      ['blurred.jpg', await jpeg(testPicture(5).blur(6))],
      ['dark.jpg', await jpeg(testPicture(6).linear(0.15, 0))],
      ['burnt.jpg', await jpeg(testPicture(7).linear(3, 90))],
      ['again.jpg', await jpeg(testPicture(1).modulate({ brightness: 0.9 }))],
      ['phone.jpg', await jpeg(testPicture(8), OTHER)],
      ['broken.jpg', (await jpeg(testPicture(9))).subarray(0, 9000)],
      ['notes.jpg', Buffer.from('not a photo')],
    ] as const) {
      await post(name, Buffer.from(data));
    }
    await until(async () => (await list()).photos.every(({ quality }) => quality !== null));
  });
  afterAll(() => service.close());

  const post = async (name: string, data: Buffer) => {
    const body = await multipart([{ name, data }]);
    const url = `/api/v1/jobs/${jobId}/images`;
    const headers = { ...body.headers, ...service.authorization };
    return service.app.inject({ method: 'POST', url, payload: body.payload, headers });
  };
  const list = () => service.client.photoList(jobId);
  const named = async (name: string) => {
    const photo = (await list()).photos.find((one) => one.name === name);
    if (!photo) throw new Error(`${name} is not there.`);
    return photo;
  };
  const codes = async (name: string) => (await named(name)).quality?.flags.map(({ code }) => code);

  it('are measured and flagged among the others of their set', async () => {
    expect(await codes('good 2.jpg')).toEqual([]);
    expect(await codes('blurred.jpg')).toEqual(['PHOTO_BLURRED']);
    expect(await codes('dark.jpg')).toContain('PHOTO_TOO_DARK');
    expect(await codes('burnt.jpg')).toContain('PHOTO_CLIPPED');
    const phone = await named('phone.jpg');
    expect(phone.quality?.flags).toMatchObject([
      { code: 'PHOTO_OTHER_CAMERA', differences: ['camera', 'lens', 'focal-length'] },
    ]);
    expect(phone.quality?.exif).toEqual({ make: 'Apple', model: 'iPhone', focal_length_mm: 5 });
    const blurred = await named('blurred.jpg');
    expect(blurred.quality?.measures?.relative_sharpness).toBeLessThan(0.25);
  });

  it('that look the same name each other, until one is left out', async () => {
    const [again, original] = [await named('again.jpg'), await named('good 1.jpg')];
    expect(again.quality?.flags.at(-1)).toMatchObject({ code: 'PHOTO_NEAR_DUPLICATE', alike: [original.photo_id] });
    expect(await codes('good 1.jpg')).toEqual(['PHOTO_NEAR_DUPLICATE']);
    const after = await service.client.setIncluded(jobId, [again.photo_id], false);
    expect(after.photos.filter(({ included }) => !included).map(({ name }) => name)).toEqual(['again.jpg']);
    expect(await codes('good 1.jpg')).toEqual([]);
    expect(await codes('again.jpg')).toContain('PHOTO_NEAR_DUPLICATE');
    await service.client.setIncluded(jobId, [again.photo_id], true);
    expect((await named('again.jpg')).included).toBe(true);
  });

  it('that are damaged say so, and files that were refused stay in the list with the reason', async () => {
    const broken = await named('broken.jpg');
    expect(broken.quality).toMatchObject({ usable: false, measures: null, flags: [{ code: 'PHOTO_UNREADABLE' }] });
    await post('notes.jpg', Buffer.from('still not a photo'));
    const { refused } = await list();
    expect(refused).toMatchObject([{ name: 'notes.jpg', code: 'PHOTO_UNREADABLE' }]);
    const url = `/api/v1/jobs/${jobId}/images/${refused[0]?.photo_id}`;
    const answer = await service.app.inject({ method: 'DELETE', url, headers: service.authorization });
    expect(answer.statusCode).toBe(204);
    expect((await list()).refused).toEqual([]);
  });

  it('leave the list of refused files when a good file of the name comes', async () => {
    await post('retry.jpg', Buffer.alloc(0));
    expect((await list()).refused).toMatchObject([{ name: 'retry.jpg', code: 'PHOTO_EMPTY' }]);
    await post('retry.jpg', await jpeg(testPicture(20)));
    expect((await list()).refused).toEqual([]);
  });

  it('can be left out as long as enough stay, and not while the job waits', async () => {
    const ids = (await list()).photos.map(({ photo_id }) => photo_id);
    await service.client.setIncluded(jobId, ids.slice(2), false);
    await expect(service.client.commit(jobId)).rejects.toMatchObject({ code: 'INPUT_TOO_FEW_PHOTOS' });
    await service.client.setIncluded(jobId, ids.slice(2, 4), true);
    expect((await service.client.commit(jobId)).status).toBe('queued');
    await expect(service.client.setIncluded(jobId, ids, true)).rejects.toMatchObject({ code: 'JOB_STATE_CONFLICT' });
  });

  it('of which one is unknown are all left as they are', async () => {
    const other = await service.client.createDraft();
    const url = `/api/v1/jobs/${other}/images`;
    const payload = { photo_ids: [crypto.randomUUID()], included: false };
    const answer = await service.app.inject({ method: 'PATCH', url, payload, headers: service.authorization });
    expect(answer.json()).toMatchObject({ code: 'PHOTO_NOT_FOUND' });
    const got = await service.app.inject({ url, headers: service.authorization });
    expect(PhotoListSchema.parse(got.json())).toEqual({ photos: [], refused: [] });
  });
});

it('a run gets the photos that are included, and no others', async () => {
  let given: readonly string[] = [];
  const service = await openTestService({ minPhotos: 3 }, async ({ photos }) => {
    given = photos.map(({ name }) => name ?? '');
  });
  try {
    const jobId = await service.client.createDraft();
    const files = await Promise.all(
      [1, 2, 3, 4].map(async (seed) => ({ name: `${seed}.jpg`, data: await jpeg(testPicture(seed)) })),
    );
    const body = await multipart(files);
    await service.app.inject({
      ...{ method: 'POST', url: `/api/v1/jobs/${jobId}/images`, payload: body.payload },
      headers: { ...body.headers, ...service.authorization },
    });
    const second = (await service.client.images(jobId)).find(({ name }) => name === '2.jpg');
    await service.client.setIncluded(jobId, [second?.photo_id ?? ''], false);
    await service.client.commit(jobId);
    await until(() => given.length > 0);
    expect(given).toEqual(['1.jpg', '3.jpg', '4.jpg']);
  } finally {
    await service.close();
  }
});
