import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeCapture } from '#synthetic/make-capture.js';
import {
  CHROMIUM,
  dropFiles,
  findAccessibilityProblems,
  openBrowser,
  photograph,
  photosIn,
  type StudioService,
  startService,
} from './open-studio.js';

if (CHROMIUM === undefined) process.stdout.write('The studio is not tested in a browser: there is no Chromium here.\n');

const MINUTE = 60_000;

/** The built studio in a browser, against a service that computes; nothing of the API is replaced. */
describe.skipIf(CHROMIUM === undefined)('Atlas Studio', () => {
  let folder: string;
  let photos: string[];
  let service: StudioService;
  let browser: Browser;
  let page: Page;
  /** What the page complained about: scripts and styles that the policy blocked, errors nobody caught. */
  const complaints: string[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'atlas-studio-'));
    const { images } = await makeCapture(
      join(folder, 'capture'),
      { photos: 12, sizePx: 432, supersampling: 1 },
      { threads: 2 },
    );
    photos = await photosIn(images);
    service = await startService(join(folder, 'storage'));
    browser = await openBrowser();
    // Nothing moves: what is measured and photographed is at rest.
    const context = await browser.newContext({
      ...{ viewport: { width: 1440, height: 900 }, colorScheme: 'dark', reducedMotion: 'reduce' },
    });
    page = await context.newPage();
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' && /Content Security Policy/.test(message.text())) complaints.push(message.text());
    });
  });

  afterAll(async () => {
    await browser?.close();
    await service?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const button = (name: string | RegExp) => page.getByRole('button', { name });
  const seen = (text: string | RegExp, timeout = MINUTE) => page.getByText(text).first().waitFor({ timeout });

  it('asks for a token when it is opened without one, and takes it from the address', async () => {
    await page.goto(service.url);
    await seen('Connect to Atlas');
    expect(await findAccessibilityProblems(page)).toEqual([]);
    await page.goto('about:blank');
    await page.goto(service.address);
    await seen('Drop photos of an object here');
    expect(page.url()).toBe(`${service.url}/#/`);
    await photograph(page, 'home-empty');
    expect(await findAccessibilityProblems(page)).toEqual([]);
  });

  it('takes dropped photos and tells which files are none', async () => {
    const broken = join(folder, 'broken.jpg');
    const note = join(folder, 'note.txt');
    await Promise.all([writeFile(broken, 'not a photo'), writeFile(note, 'text')]);
    await dropFiles(page, '.drop', [...photos, broken, note]);
    await seen('1 file is not a photo and was left out.');
    await page.locator('.tile').nth(photos.length).waitFor({ timeout: MINUTE });
    const refused = page.locator('.tile.is-refused');
    await refused.waitFor({ timeout: MINUTE });
    expect(await refused.innerText()).toContain('broken.jpg');
    await page.locator('.upload-status').waitFor({ state: 'detached', timeout: MINUTE });
    await photograph(page, 'photos-problem');
    await refused.locator('.tile-include').click();
    expect(await page.locator('.tile').count()).toBe(photos.length);
  });

  it('shows a photo large, leaves it out and takes that back', async () => {
    await page.locator('.tile').first().click();
    await page.getByRole('dialog', { name: 'photo-001.jpg' }).waitFor();
    await photograph(page, 'photo-large');
    await button('Zoom in').click();
    await button('Leave out').click();
    await button('Use again').waitFor();
    await button('Close').click();
    await page.locator('.scrim').waitFor({ state: 'detached' });
    await seen('11 of 12 photos used');
    await button('Undo').click();
    await page.locator('.photos-count', { hasText: /^12 photos$/ }).waitFor();
    await photograph(page, 'photos');
    expect(await findAccessibilityProblems(page)).toEqual([]);
  });

  it('computes, shows points while it does, and can be stopped and resumed', { timeout: 3 * MINUTE }, async () => {
    await page.getByText('Quick look').click();
    await button('Make the model').click();
    await seen(/1[0-2] cameras/, 2 * MINUTE);
    await page.locator('.viewport canvas').waitFor();
    await photograph(page, 'progress');
    expect(await findAccessibilityProblems(page)).toEqual([]);
    await button('Stop').click();
    await seen('What was computed is kept');
    await photograph(page, 'progress-stopped');
    await button('Go on').click();
    await page.locator('.progress-percent').waitFor();
  });

  it('finds the service again after it was killed, and goes on', { timeout: 6 * MINUTE }, async () => {
    await service.stop('SIGKILL');
    await seen('The connection to the Atlas service is lost.');
    await photograph(page, 'connection-lost');
    service = await startService(join(folder, 'storage'), Number(new URL(service.url).port));
    await page.locator('.banner').waitFor({ state: 'detached', timeout: MINUTE });
    await seen('Your model is ready', 5 * MINUTE);
  });

  it('shows the model from all sides and beside its photos', { timeout: 2 * MINUTE }, async () => {
    await button('Look at the model').click();
    await page.locator('.toolbar').waitFor({ timeout: MINUTE });
    await page.waitForTimeout(1500);
    await photograph(page, 'model');
    expect(await findAccessibilityProblems(page)).toEqual([]);
    for (const key of ['c', 'w', 'n', 't']) {
      await page.keyboard.press(key);
      await page.waitForTimeout(400);
      await page.screenshot({ path: join('out', 'screens', `model-${key}.png`) });
    }
    await page.keyboard.press('k');
    await page.waitForTimeout(800);
    await page.screenshot({ path: join('out', 'screens', 'model-cameras.png') });
    expect(await page.locator('.findings').innerText()).toMatch(/of 12 photos were used|All 12 photos were used/);
    const download = page.waitForEvent('download');
    await button('Download model (GLB)').click();
    expect((await download).suggestedFilename()).toMatch(/\.glb$/);
  });

  it('lists jobs, settings, this computer and the shortcuts', async () => {
    for (const [name, keys] of [
      ['jobs', ['g', 'q']],
      ['settings', ['g', 's']],
      ['doctor', ['g', 'd']],
      ['home', ['g', 'h']],
    ] as const) {
      for (const key of keys) await page.keyboard.press(key);
      await page.waitForTimeout(600);
      await photograph(page, name);
      expect(await findAccessibilityProblems(page), name).toEqual([]);
    }
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    await photograph(page, 'shortcuts');
    await page.keyboard.press('Escape');
  });

  it('deletes a capture and takes that back', async () => {
    await page.locator('.card').first().waitFor();
    const remove = async () => {
      await button(/^More actions/)
        .first()
        .click();
      await page.getByRole('menuitem', { name: 'Delete' }).click();
    };
    await remove();
    await page.locator('.card').waitFor({ state: 'detached' });
    await button('Undo').click();
    await page.locator('.card').waitFor();
    await remove();
    await seen('How to photograph an object well');
    expect(complaints).toEqual([]);
  });
});
