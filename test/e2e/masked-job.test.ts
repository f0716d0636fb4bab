import { copyFile, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeCapture } from '#synthetic/make-capture.js';
import { runAtlas } from '../main/cli/run-atlas.js';
import { type ServeProcess, startServe } from './serve-process.js';

const USED = 8;
const OPTIONS = { tier: 'preview', triangles: 3000, textureSize: 256 } as const;
const FLAGS = ['--tier', 'preview', '--triangles', '3000', '--texture-size', '256'];

let folder: string;
let service: ServeProcess;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'atlas-masked-'));
  await mkdir(join(folder, 'storage'));
  service = await startServe(join(folder, 'storage'), { ATLAS_MIN_PHOTOS: '8', ATLAS_NICENESS: '0' });
});
afterAll(async () => {
  if (service) await service.stop('SIGTERM');
  await rm(folder, { recursive: true, force: true });
});

it('a job with masks put over the API, and a photo left out, gives the bytes of `atlas reconstruct --masks` without that photo', async () => {
  const capture = await makeCapture(join(folder, 'capture'), { photos: USED + 1, sizePx: 440 });
  const used = capture.photoNames.slice(0, USED);
  const maskOf = (name: string) => join(folder, 'masks', `${name}.png`);
  await mkdir(join(folder, 'masks'));
  // A frame around what counts, wider from photo to photo: a mask at another photo would show.
  for (const [index, name] of used.entries()) {
    const { width, height } = await sharp(join(capture.images, name)).metadata();
    const border = 8 + 3 * index;
    const inside = {
      width: width - 2 * border,
      height: height - 2 * border,
      channels: 3 as const,
      background: 'white',
    };
    await sharp({ create: inside })
      .extend({ top: border, bottom: border, left: border, right: border, background: 'black' })
      .png()
      .toFile(maskOf(name));
  }
  await mkdir(join(folder, 'used'));
  for (const name of used) await copyFile(join(capture.images, name), join(folder, 'used', name));
  const out = join(folder, 'direct');
  const direct = await runAtlas([
    'reconstruct',
    join(folder, 'used'),
    '--masks',
    join(folder, 'masks'),
    '--out',
    out,
    ...FLAGS,
  ]);
  expect(direct.code, direct.stderr).toBe(0);

  const { client } = service;
  const draft = await client.createDraft({ options: OPTIONS });
  for (const name of capture.photoNames) await client.uploadPhoto(draft, join(capture.images, name));
  for (const { photo_id, name } of await client.images(draft)) {
    if (used.includes(name)) await client.putMask(draft, photo_id, maskOf(name));
    else await client.request(`/jobs/${draft}/images/${photo_id}`, { method: 'DELETE' });
  }
  expect(await client.get(draft)).toMatchObject({ photo_count: USED });
  await client.commit(draft);
  const kinds = new Set<string>();
  const events = await client.request(`/jobs/${draft}/events`);
  let text = '';
  for await (const chunk of events.body ?? []) text += Buffer.from(chunk).toString();
  for (const [, data] of text.matchAll(/^event: preview\ndata: (.*)$/gm)) {
    kinds.add((JSON.parse(data ?? '') as { kind: string }).kind);
  }
  const job = await client.wait(draft);
  expect(job).toMatchObject({ status: 'completed', error: null });
  // Cameras and points while they are solved, depth maps as they come.
  expect([...kinds]).toEqual(expect.arrayContaining(['sparse', 'depth-map']));
  const target = join(folder, 'job.glb');
  await client.download(draft, 'model.glb', target);
  expect((await readFile(target)).equals(await readFile(join(out, 'model.glb')))).toBe(true);
  const lines = await client.logs(draft);
  expect(lines.lines.map((line) => (JSON.parse(line) as { event: string }).event)).toContain('stage-finished');
  const rest = await client.logs(draft, lines.next_offset - 1);
  expect(rest.lines).toEqual(lines.lines.slice(-1));
}, 900_000);
