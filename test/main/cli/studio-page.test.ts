import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { findStudioPage, forgetStudioPage, studioAddress, writeStudioPage } from '#main/cli/studio-page.js';

const SERVICE = { url: 'http://127.0.0.1:8787', token: 'a"b&c' };

it('leads to the studio with the token in the fragment, in a file that only its owner can read', async () => {
  const storage = await mkdtemp(join(tmpdir(), 'atlas-studio-page-'));
  const path = await writeStudioPage(storage, SERVICE);
  expect(await readFile(path, 'utf8')).toContain('url=http://127.0.0.1:8787/#token=a%22b%26c"');
  if (process.platform !== 'win32') expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(findStudioPage(storage)).toBe(path);
  await forgetStudioPage(storage);
  expect(findStudioPage(storage)).toBeUndefined();
  await rm(storage, { recursive: true });
});

it('never puts the token where it would be sent', () => {
  expect(new URL(studioAddress(SERVICE)).search).toBe('');
  expect(new URL(studioAddress(SERVICE)).pathname).toBe('/');
});
