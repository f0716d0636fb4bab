import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { AtlasClient } from '#main/client/atlas-client.js';
import { requestChannel } from '#shared/ipc/shell-bridge.js';
import { writeNoisePhotos } from '../cli/noise-photos.js';
import * as electron from './fake-electron.js';

vi.mock('electron', () => import('./fake-electron.js'));

// The real entry of the desktop application, its real service and a real job; only Electron is not the real one.
const folder = mkdtempSync(join(tmpdir(), 'atlas-leaving-'));
const { app, dialogs, dialogAnswers } = electron;
const KEEP_OPEN = 2;
const IN_BACKGROUND = 0;
const STOP = 1;

let client: AtlasClient;
let jobId = '';
const window = () => electron.windows[0] as electron.BrowserWindow;
const until = (check: () => void | Promise<void>) => vi.waitFor(check, { timeout: 30_000, interval: 50 });

beforeAll(async () => {
  mkdirSync(join(folder, 'photos'));
  const names = Array.from({ length: 12 }, (_, index) => `IMG_${index}.jpg`);
  await writeNoisePhotos(join(folder, 'photos'), names, 1200);
  process.env.ATLAS_STORAGE = join(folder, 'storage');
  process.env.ATLAS_MIN_FREE_DISK_BYTES = '1';
  process.argv = [process.execPath, '.'];
  await import('#main/electron/main.js');
  app.emit('ready');
  await until(() => expect(window()?.loaded).toHaveLength(1));
  const { origin } = new URL(window().loaded[0] ?? '');
  const answer = await electron.handlers.get(requestChannel('session'))?.({
    senderFrame: { url: `${origin}/`, parent: null },
  });
  client = new AtlasClient((answer as { value: { url: string; token: string } }).value);
  jobId = await client.submit(
    names.map((name) => join(folder, 'photos', name)),
    { name: 'Noise' },
  );
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  rmSync(electron.userData, { recursive: true, force: true });
});

it('shows work in the taskbar and keeps the computer awake', async () => {
  await until(() => expect(window().progress).toBeGreaterThanOrEqual(0));
  await until(() => expect(electron.blockers.size).toBe(1));
});

it.skipIf(process.platform === 'darwin')(
  'asks before it interrupts work, and keeps everything open when the person wants that',
  async () => {
    dialogAnswers.push(KEEP_OPEN);
    window().close();
    await until(() => expect(dialogs).toHaveLength(1));
    expect(dialogs[0]?.message).toBe('“Noise” is still being computed.');
    expect(window()).toMatchObject({ isShown: true, isGone: false });
  },
);

it.skipIf(process.platform === 'darwin')('goes on without its window, and comes back by the tray', async () => {
  dialogAnswers.push(IN_BACKGROUND);
  window().close();
  await until(() => expect(window().isShown).toBe(false));
  expect(window().isGone).toBe(false);
  expect((await client.get(jobId)).status).toBe('processing');
  expect(electron.trays).toHaveLength(1);
  electron.trays[0]?.emit('click');
  expect(window().isShown).toBe(true);
  expect(electron.trays[0]?.isGone).toBe(true);
});

it('stops the work and ends when the person wants that', async () => {
  dialogAnswers.push(STOP);
  app.quit();
  await until(() => expect(app.quits).toBe(1));
  expect(window().isGone).toBe(true);
  expect(electron.blockers.size).toBe(0);
  await expect(client.get(jobId)).rejects.toThrow();
  const { loadServiceConfig } = await import('#main/server/config.js');
  const { openService } = await import('#main/server/open-service.js');
  const { SILENT_LOG } = await import('#main/logging/log.js');
  const config = loadServiceConfig({ environment: {}, flags: { storage: join(folder, 'storage') } });
  const service = await openService(config, SILENT_LOG, () => new Promise(() => {}));
  expect(service.parts.store.get(jobId).status).toBe('cancelled');
  await service.close();
});
