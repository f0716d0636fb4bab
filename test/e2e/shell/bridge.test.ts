import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerRequests, type RequestPort, type SenderFrame } from '#main/electron/ipc/answer-requests.js';
import { OpenedPhotoShelf } from '#main/electron/photos/opened-photos.js';
import { startShellService } from '#main/electron/service/start-service.js';
import { ShellSettings } from '#main/electron/shell-settings.js';
import { PagePolicy } from '#main/electron/window/page-policy.js';
import { eventChannel, type ShellEventName } from '#shared/ipc/shell-bridge.js';
import { REPOSITORY } from '../../architecture/source-files.js';
import { writeNoisePhotos } from '../../main/cli/noise-photos.js';

// The studio as the desktop application shows it: the real page in a real browser, the real preload, the real answers and the real
// service. Only what carries messages between preload and main process is not Electron's.
const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
if (CHROMIUM === undefined)
  process.stdout.write('Skipped: the studio with the shell’s bridge, for there is no browser.\n');

const PHOTOS = ['IMG_1.jpg', 'IMG_2.jpg', 'IMG_3.jpg'];

/** Runs the preload where Electron would: before the page's own scripts. */
const preloadScript = () => `(() => {
  const listeners = new Map();
  globalThis.tellPage = (channel, value) => { for (const hear of listeners.get(channel) ?? []) hear({}, value); };
  const electron = {
    contextBridge: { exposeInMainWorld: (name, api) => { globalThis[name] = api; } },
    webUtils: { getPathForFile: (file) => '/dropped/' + file.name },
    ipcRenderer: {
      invoke: async (channel, ...args) => {
        const answer = await globalThis.askShell(channel, JSON.stringify(args));
        return JSON.parse(answer, (key, value) => value?.$bytes ? Uint8Array.from(value.$bytes) : value);
      },
      on: (channel, hear) => listeners.set(channel, [...(listeners.get(channel) ?? []), hear]),
      off: (channel, hear) => listeners.set(channel, (listeners.get(channel) ?? []).filter((other) => other !== hear)),
    },
  };
  ((require, process) => { ${readFileSync(join(REPOSITORY, 'dist/src-main/electron/preload.cjs'), 'utf8')} })(
    () => electron, { platform: 'linux' });
})();`;

describe.skipIf(CHROMIUM === undefined)('the studio with the shell’s bridge', () => {
  const folder = mkdtempSync(join(tmpdir(), 'atlas-bridge-'));
  const settings = new ShellSettings(join(folder, 'settings'));
  const shelf = new OpenedPhotoShelf();
  const revealed: unknown[] = [];
  const remembered: unknown[] = [];
  let service: Awaited<ReturnType<typeof startShellService>>;
  let browser: Browser;
  let page: Page;
  const tell = (name: ShellEventName, value?: unknown) =>
    page.evaluate(`tellPage(${JSON.stringify(eventChannel(name))}, ${JSON.stringify(value)})`);

  beforeAll(async () => {
    await writeNoisePhotos(join(folder, 'Vase'), PHOTOS, 640);
    service = await startShellService({
      folder: join(folder, 'settings'),
      environment: { ATLAS_STORAGE: join(folder, 'storage'), ATLAS_MIN_FREE_DISK_BYTES: '1' },
      settings,
      keychain: { isAvailable: () => false, encrypt: () => Buffer.alloc(0), decrypt: () => '' },
    });
    const handlers = new Map<string, Parameters<RequestPort['handle']>[1]>();
    answerRequests(
      { handle: (channel, handler) => handlers.set(channel, handler), removeHandler: () => {} },
      {
        session: () => ({ url: service.url, token: service.token }),
        facts: () => ({
          preferences: settings.preferences,
          folders: { storage: service.folders.root, settings: join(folder, 'settings') },
          ...{ tokenKept: service.tokenKept, canUpdate: false },
        }),
        changePreferences: (changes) => settings.changePreferences(changes),
        choosePhotos: () => undefined,
        takeOpened: () => shelf.take(),
        readPhoto: (id) => shelf.read(id),
        rememberDropped: (paths) => void remembered.push(...paths),
        reveal: (target) => revealed.push(target) > 0,
      },
      (frame) => new PagePolicy(service.url).isOwnFrame(frame),
      service.log,
    );
    await shelf.openLater([join(folder, 'Vase')]);

    browser = await chromium.launch({ executablePath: CHROMIUM ?? '', args: ['--no-sandbox'] });
    page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.exposeFunction('askShell', async (channel: string, args: string) => {
      const senderFrame: SenderFrame = { url: page.url(), parent: null };
      const answer = await handlers.get(channel)?.({ senderFrame }, ...JSON.parse(args));
      return JSON.stringify(answer, (_key, value) => (value instanceof Uint8Array ? { $bytes: [...value] } : value));
    });
    await page.addInitScript(preloadScript());
    await page.goto(`${service.url}/`);
  });
  afterAll(async () => {
    await browser?.close();
    await service?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('is let in without a token in its address', async () => {
    await page.getByRole('navigation', { name: 'Main' }).waitFor();
    expect(page.url()).not.toContain('token');
  });

  it('makes a capture of the photos that the application was started with', async () => {
    await page.waitForURL(/#\/captures\//);
    await page
      .getByRole('gridcell')
      .nth(PHOTOS.length - 1)
      .waitFor();
    const { jobs } = await service.client.list();
    expect(jobs).toMatchObject([{ name: 'Vase', status: 'draft' }]);
    await expect.poll(async () => (await service.client.images(jobs[0]?.job_id ?? '')).length).toBe(PHOTOS.length);
  });

  it('does what the menu says', async () => {
    await tell('command', 'go-queue');
    await page.waitForURL(/#\/jobs$/);
    await tell('command', 'show-shortcuts');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    await page.keyboard.press('Escape');
  });

  it('keeps the person’s choices, and shows folders', async () => {
    await tell('command', 'go-settings');
    await page.getByRole('radio', { name: 'Go on in background' }).click();
    await expect.poll(() => settings.preferences.closing).toBe('background');
    await page.getByText('Tell me when a capture is done').waitFor();
    await page.getByRole('button', { name: 'Show folder: Captures and models' }).click();
    await expect.poll(() => revealed).toEqual([{ kind: 'folder', folder: 'storage' }]);
  });

  it('renews the token and goes on', async () => {
    const before = service.token;
    await page.getByRole('button', { name: 'Renew token' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Renew token' }).click();
    await page.getByText('There is a new access token.').waitFor();
    expect(service.token).not.toBe(before);
    await tell('command', 'go-home');
    await page.getByRole('link', { name: /Vase/ }).first().waitFor();
  });

  it('says that the window was loaded again', async () => {
    await tell('recovered');
    await page.getByText('The window had to be loaded again.').waitFor();
  });
});
