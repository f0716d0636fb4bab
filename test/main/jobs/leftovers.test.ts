import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { noisePhoto, openTestService } from '../server/open-test-service.js';

let storage: string;
beforeEach(async () => {
  storage = await mkdtemp(join(tmpdir(), 'atlas-leftovers-'));
});
afterEach(() => rm(storage, { recursive: true, force: true }));

it('what a killed service has left half-written is gone after the next start; all that is recorded stays', async () => {
  const before = await openTestService({ storage, minPhotos: 3 });
  const draft = await before.client.createDraft();
  for (const seed of [1, 2]) {
    const path = join(storage, `${seed}.jpg`);
    await writeFile(path, await noisePhoto(seed));
    await before.client.uploadPhoto(draft, path);
  }
  const { folders } = before.parts;
  const images = folders.images(draft);
  const photos = await readdir(images);
  await before.close();

  const leftovers = [
    join(images, '0b0e6d38-5a5c-4b5c-9d37-0d0c3f2a1b11.part'),
    // Whole, but killed before its record: the client sends it again.
    join(images, '0b0e6d38-5a5c-4b5c-9d37-0d0c3f2a1b11.jpeg'),
    join(folders.workspace(draft), 'status.json.17-abcdef01.tmp'),
    join(folders.artifacts, `${draft}.glb.17-abcdef01.tmp`),
  ];
  for (const path of leftovers) await writeFile(path, 'half');
  const artifact = join(folders.artifacts, `${draft}.glb`);
  await writeFile(artifact, 'whole');

  const after = await openTestService({ storage, minPhotos: 3 });
  expect(leftovers.filter((path) => existsSync(path))).toEqual([]);
  expect(await readdir(images)).toEqual(photos);
  expect(existsSync(artifact)).toBe(true);
  expect(existsSync(folders.statusFile(draft))).toBe(true);
  expect(await after.client.get(draft)).toMatchObject({ status: 'draft', photo_count: 2 });
  await after.close();
});
