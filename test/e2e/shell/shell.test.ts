import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findElectron } from '#main/electron/start/find-electron.js';
import { REPOSITORY } from '../../architecture/source-files.js';
import { writeNoisePhotos } from '../../main/cli/noise-photos.js';

// The desktop application as it is, in the real Electron, where there is one.
const require = createRequire(import.meta.url);
const program = findElectron(() => require.resolve('electron/package.json'), process.env);
const hasDisplay = process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
const reason =
  program.state !== 'here'
    ? 'Electron’s program is not on this computer (npm start fetches it)'
    : hasDisplay
      ? undefined
      : 'there is no display';
if (reason !== undefined) process.stdout.write(`Skipped: the desktop application in Electron, because ${reason}.\n`);

describe.skipIf(reason !== undefined)('the desktop application in Electron', () => {
  let folder: string;
  let application: ElectronApplication;
  let page: Page;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'atlas-electron-'));
    if (program.state !== 'here') return;
    await writeNoisePhotos(join(folder, 'Vase'), ['IMG_1.jpg', 'IMG_2.jpg', 'IMG_3.jpg'], 640);
    // Chromium’s sandbox cannot be had by root; everything else of it stays.
    const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    application = await _electron.launch({
      executablePath: program.path,
      args: [...asRoot, `--user-data-dir=${join(folder, 'settings')}`, REPOSITORY, join(folder, 'Vase')],
      env: {
        ...(process.env as Record<string, string>),
        ATLAS_STORAGE: join(folder, 'storage'),
        ATLAS_MIN_FREE_DISK_BYTES: '1',
      },
    });
    page = await application.firstWindow();
  });
  afterAll(async () => {
    await application?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('shows the photos that it was started with', async () => {
    await page.waitForURL(/#\/captures\//);
    await page.getByRole('gridcell').nth(2).waitFor();
    expect(await page.title()).toContain('Atlas Studio');
  });

  it('keeps the page apart from Electron, and the token out of its address', async () => {
    const seen = {
      node: await page.evaluate(`['require', 'process', 'module', 'Buffer'].filter((name) => name in globalThis)`),
      bridge: await page.evaluate(`'atlas' in globalThis`),
    };
    expect(seen).toEqual({ node: [], bridge: true });
    expect(page.url()).not.toContain('token');
  });

  it('goes to no other page and opens no window', async () => {
    const address = page.url();
    await page.evaluate(`window.open('https://evil.example/'); location.assign('https://evil.example/')`);
    await page.getByRole('navigation').first().waitFor();
    expect(page.url()).toBe(address);
    expect(application.windows()).toHaveLength(1);
  });

  it('has its menu', async () => {
    const labels = await application.evaluate(({ Menu }) => Menu.getApplicationMenu()?.items.map(({ label }) => label));
    expect(labels).toEqual(expect.arrayContaining(['File', 'Edit', 'View', 'Help']));
  });

  it('comes back when its page has crashed', async () => {
    await application.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer(),
    );
    await expect
      .poll(() =>
        application.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.isCrashed()),
      )
      .toBe(false);
  });
});
