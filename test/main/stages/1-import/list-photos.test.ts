import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { listMasks, listPhotos } from '#main/stages/1-import/list-photos.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'atlas-list-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const put = (name: string, content = 'x') => writeFile(join(folder, name), content);
const names = (files: readonly { path: string }[]) => files.map(({ path }) => basename(path));

test('lists photos by extension or by their first bytes, in natural order, without hidden and other files', async () => {
  for (const name of ['img10.JPG', 'img2.jpg', 'Img1.heic', '.hidden.jpg', 'notes.txt', 'cameras.out']) await put(name);
  await writeFile(join(folder, 'jpeg.dat'), Uint8Array.of(0xff, 0xd8, 0xff, 0xe1, 0, 0));
  await mkdir(join(folder, 'sub.jpg'));
  expect(names(await listPhotos([folder]))).toEqual(['Img1.heic', 'img2.jpg', 'img10.JPG', 'jpeg.dat']);
});

test('takes named files as they are, and each file once', async () => {
  await put('a.jpg');
  await put('b.txt');
  await symlink(join(folder, 'a.jpg'), join(folder, 'link.jpg'));
  const files = await listPhotos([folder, join(folder, 'b.txt'), join(folder, '.', 'a.jpg')]);
  expect(names(files)).toEqual(['a.jpg', 'b.txt']);
});

test('an empty folder is INPUT_NO_PHOTOS', async () => {
  await expect(listPhotos([folder])).rejects.toMatchObject({ code: 'INPUT_NO_PHOTOS' });
});

test('points to the sub-folder that holds the photos', async () => {
  await mkdir(join(folder, 'images'));
  await put('images/a.jpg');
  await expect(listPhotos([folder])).rejects.toMatchObject({
    code: 'INPUT_NO_PHOTOS',
    hint: expect.stringContaining(join(folder, 'images')),
  });
});

test('a path that is not there is INPUT_NOT_FOUND', async () => {
  await expect(listPhotos([join(folder, 'nowhere')])).rejects.toMatchObject({ code: 'INPUT_NOT_FOUND' });
  await expect(listMasks(join(folder, 'nowhere'))).rejects.toMatchObject({ code: 'INPUT_NOT_FOUND' });
});

test('masks that lie among the photos are not photos', async () => {
  for (const name of ['a.jpg', 'a.jpg.png', 'b.png']) await put(name);
  expect(names(await listPhotos([folder], folder))).toEqual(['a.jpg', 'b.png']);
  expect(names(await listMasks(folder))).toEqual(['a.jpg.png', 'b.png']);
});
