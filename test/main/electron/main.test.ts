import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ShellSettings } from '#main/electron/shell-settings.js';
import { requestChannel, type ShellAnswer, type ShellRequestName } from '#shared/ipc/shell-bridge.js';
import * as electron from './fake-electron.js';

vi.mock('electron', () => import('./fake-electron.js'));

// The real entry of the desktop application with the real service in it; only Electron is not the real one.
const storage = mkdtempSync(join(tmpdir(), 'atlas-shell-storage-'));
const photos = join(storage, 'Vase');
const { app } = electron;

let url = '';
const page = () => electron.windows[0] as electron.BrowserWindow;
const ask = async (name: ShellRequestName, args: unknown[] = [], frameUrl = `${url}/`) =>
  (await electron.handlers.get(requestChannel(name))?.(
    { senderFrame: { url: frameUrl, parent: null } },
    ...args,
  )) as ShellAnswer<never> & { value: never };
const api = async (path: string, init: RequestInit = {}) => {
  const { value } = (await ask('session')) as unknown as { value: { url: string; token: string } };
  return fetch(`${value.url}/api/v1${path}`, {
    ...init,
    headers: { authorization: `Bearer ${value.token}`, ...init.headers },
  });
};
const until = (check: () => void | Promise<void>) => vi.waitFor(check, { timeout: 20_000, interval: 50 });

beforeAll(async () => {
  mkdirSync(photos);
  writeFileSync(join(photos, 'IMG_1.jpg'), 'one');
  process.env.ATLAS_STORAGE = join(storage, 'storage');
  process.argv = [process.execPath, '.', photos];
  await import('#main/electron/main.js');
  app.emit('ready');
  await until(() => expect(page()?.loaded).toHaveLength(1));
  url = new URL(page().loaded[0] ?? '').origin;
});

afterAll(() => {
  rmSync(storage, { recursive: true, force: true });
  rmSync(electron.userData, { recursive: true, force: true });
});

describe('the desktop application', () => {
  it('opens one window on its own service, isolated from the shell', async () => {
    expect(electron.windows).toHaveLength(1);
    expect(page().loaded).toEqual([`${url}/`]);
    expect(page().isShown).toBe(true);
    const { webPreferences } = page().options;
    expect(webPreferences).toMatchObject({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
    });
    expect(existsSync(String(webPreferences.preload))).toBe(true);
    expect(await (await fetch(url)).text()).toContain('<div id="root">');
    expect((await api('/jobs')).status).toBe(200);
  });

  it('keeps the token out of every address and out of the storage folder', async () => {
    const { value } = (await ask('session')) as unknown as { value: { token: string } };
    expect(page().loaded.join()).not.toContain(value.token);
    expect(existsSync(join(storage, 'storage', 'token'))).toBe(false);
    expect(readFileSync(join(electron.userData, 'access-token.bin')).toString('latin1')).not.toContain(value.token);
    expect(await ask('facts')).toMatchObject({ value: { tokenKept: 'keychain', canUpdate: false } });
  });

  it('keeps a renewed token, and works on with it', async () => {
    const { value: before } = (await ask('session')) as unknown as { value: { token: string } };
    const { token } = (await (await api('/access-token', { method: 'POST' })).json()) as { token: string };
    expect(await ask('session')).toMatchObject({ value: { token } });
    expect((await api('/jobs')).status).toBe(200);
    const headers = { authorization: `Bearer ${before.token}` };
    expect((await fetch(`${url}/api/v1/jobs`, { headers })).status).toBe(401);
    const kept = () => electron.safeStorage.decryptString(readFileSync(join(electron.userData, 'access-token.bin')));
    await until(() => expect(kept()).toBe(token));
    await until(() => expect(existsSync(join(storage, 'storage', 'token'))).toBe(false));
  });

  it('remembers its port and where its window is', async () => {
    page().emit('move');
    await until(() => {
      const settings = new ShellSettings(electron.userData);
      expect(settings.lastPort).toBe(Number(new URL(url).port));
      expect(settings.window).toMatchObject({ x: 11, y: 22, width: 1000 });
    });
  });

  it('gives the page the photos that it was started with, and those of later starts', async () => {
    await until(() => expect(app.lockData).toEqual({ paths: [photos] }));
    const { value } = (await ask('takeOpened')) as unknown as {
      value: { folder: string; photos: { id: string; name: string }[] }[];
    };
    expect(value).toMatchObject([{ folder: 'Vase', photos: [{ name: 'IMG_1.jpg' }] }]);
    const read = (await ask('readPhoto', [value[0]?.photos[0]?.id])) as unknown as { value: Uint8Array };
    expect(Buffer.from(read.value).toString()).toBe('one');

    page().hide();
    app.emit('second-instance', {}, [], '/', { paths: [join(photos, 'IMG_1.jpg')] });
    await until(() => expect(page().webContents.sent.at(-1)?.[0]).toBe('atlas:event:opened'));
    expect(page().isShown).toBe(true);
    expect(await ask('takeOpened')).toMatchObject({ value: [{ photos: [{ name: 'IMG_1.jpg' }] }] });

    let isPrevented = false;
    app.emit('open-file', { preventDefault: () => (isPrevented = true) }, photos);
    expect(isPrevented).toBe(true);
    await until(async () => expect(await ask('takeOpened')).toMatchObject({ value: [{ folder: 'Vase' }] }));
  });

  it('opens photos by the system’s dialog', async () => {
    electron.chosenPaths.push([photos]);
    expect(await ask('choosePhotos', ['folder'])).toMatchObject({ value: { folder: 'Vase' } });
    expect(await ask('choosePhotos', ['files'])).toEqual({ value: undefined });
    await ask('rememberDropped', [[join(photos, 'IMG_1.jpg'), '/nothing/there']]);
    expect(app.recent).toEqual([photos]);
  });

  it('answers nobody but its own page', async () => {
    expect(await ask('session', [], 'https://evil.example/')).toMatchObject({ error: { code: 'API_HOST_REFUSED' } });
  });

  it('shows its folders, and only files that are there', async () => {
    await ask('reveal', [{ kind: 'folder', folder: 'storage' }]);
    expect(electron.opened.at(-1)).toBe(join(storage, 'storage'));
    const jobId = '5b0f0b3a-3c64-4b7a-9d4a-0a4f0e3d8f11';
    expect(await ask('reveal', [{ kind: 'artifact', jobId, name: 'model.glb' }])).toEqual({ value: false });
  });

  it('stays on the studio', () => {
    const { webContents } = page();
    for (const name of ['will-navigate', 'will-frame-navigate', 'will-redirect', 'will-attach-webview']) {
      let isPrevented = false;
      webContents.emit(name, { url: 'https://evil.example/', preventDefault: () => (isPrevented = true) });
      expect(isPrevented, name).toBe(true);
    }
    const before = electron.opened.length;
    expect(webContents.windowOpenHandler?.({ url: 'https://evil.example/' })).toEqual({ action: 'deny' });
    expect(electron.opened).toHaveLength(before);
    expect(webContents.windowOpenHandler?.({ url: 'https://docs.docker.com/' })).toEqual({ action: 'deny' });
    expect(electron.opened.at(-1)).toBe('https://docs.docker.com/');
  });

  it('grants no permission but writing to the clipboard, and asks no other address', () => {
    const own = { getURL: () => `${url}/` };
    const granted = (permission: string, contents = own) => {
      let isAllowed: boolean | undefined;
      electron.permissions.request?.(contents, permission, (answer) => (isAllowed = answer));
      return isAllowed;
    };
    expect(
      ['media', 'geolocation', 'notifications', 'openExternal', 'fullscreen'].map((name) => granted(name)),
    ).toEqual(Array(5).fill(false));
    expect(granted('clipboard-sanitized-write')).toBe(true);
    expect(granted('clipboard-sanitized-write', { getURL: () => 'https://evil.example/' })).toBe(false);
    expect(electron.permissions.device?.()).toBe(false);
    const isCancelled = (address: string) => {
      let decision: boolean | undefined;
      electron.requestFilters[0]?.({ url: address }, ({ cancel }) => (decision = cancel));
      return decision;
    };
    expect(isCancelled('https://evil.example/')).toBe(true);
    expect(isCancelled(`${url}/api/v1/jobs`)).toBe(false);
  });

  it('has a menu whose commands reach the page', () => {
    const item = electron.Menu.application
      .flatMap(({ submenu = [] }) => submenu)
      .find(({ label }) => label === 'Queue');
    item?.click?.();
    expect(page().webContents.sent.at(-1)).toEqual(['atlas:event:command', 'go-queue']);
  });

  it('loads the page again when it has crashed, and tells it so', async () => {
    page().webContents.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 1 });
    await until(() => expect(page().webContents.sent.at(-1)?.[0]).toBe('atlas:event:recovered'));
    expect(page().loaded).toHaveLength(2);
  });

  it('loads a page that stands still again when the person wants that', async () => {
    electron.dialogAnswers.push(1);
    page().emit('unresponsive');
    await until(() => expect(page().loaded).toHaveLength(3));
    expect(page().webContents.crashes).toBe(1);
  });

  it('ends with its service when it is closed', async () => {
    page().close();
    await until(() => expect(app.quits).toBe(1));
    expect(electron.dialogs.map(({ message }) => message)).toEqual(['Atlas Studio does not respond.']);
    expect(page().isGone).toBe(true);
    await expect(fetch(url)).rejects.toThrow();
  });
});
