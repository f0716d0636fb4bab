import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeStudioPhotos, type StudioPhotos } from './make-photos.js';
import { useModelScreen } from './model-screen.js';
import { CHROMIUM, dropFiles, openBrowser, photograph, type StudioService, startService } from './open-studio.js';

if (CHROMIUM === undefined) process.stdout.write('The studio is not tested in a browser: there is no Chromium here.\n');

const MINUTE = 60_000;
/** Until something is computed: nothing here says how fast a computer must be. */
const COMPUTED = 15 * MINUTE;
const LONG = { timeout: 40 * MINUTE };

/**
 * The built studio in a browser, against a service that computes; nothing of the API is replaced. Each screen is photographed in
 * each of its states (`out/screens`) and looked at by axe.
 */
describe.skipIf(CHROMIUM === undefined)('Atlas Studio', () => {
  let folder: string;
  let photos: StudioPhotos;
  let service: StudioService;
  let browser: Browser;
  let page: Page;
  /** What the page complained about: scripts and styles that the policy blocked, errors, caught by a boundary or by nobody. */
  const complaints: string[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'atlas-studio-'));
    photos = await makeStudioPhotos(folder);
    service = await startService(join(folder, 'storage'));
    browser = await openBrowser();
    // Nothing moves: what is measured and photographed is at rest.
    const context = await browser.newContext({
      ...{ viewport: { width: 1440, height: 900 }, colorScheme: 'dark', reducedMotion: 'reduce' },
    });
    page = await context.newPage();
    page.setDefaultTimeout(3 * MINUTE);
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' && /Content Security Policy|TypeError|ReferenceError|Error: /.test(message.text()))
        complaints.push(message.text());
    });
  });

  afterAll(async () => {
    await browser?.close();
    await service?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const button = (name: string | RegExp) => page.getByRole('button', { name });
  const seen = (text: string | RegExp, timeout = 3 * MINUTE) => page.getByText(text).first().waitFor({ timeout });
  const looksGood = async (name: string) => expect.soft(await photograph(page, name)).toEqual([]);
  const press = async (...keys: readonly string[]) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  const rename = async (name: string) => {
    await page.getByLabel('Name of the capture').fill(name);
    await page.keyboard.press('Enter');
  };
  /** Opens a capture by its name on Home. */
  const openCapture = async (name: string) => {
    await press('g', 'h');
    await page.getByRole('link', { name, exact: true }).click();
  };
  const uploaded = async (count: number) => {
    await page
      .locator('.tile')
      .nth(count - 1)
      .waitFor({ timeout: 3 * MINUTE });
    await page.locator('.upload-status').waitFor({ state: 'detached', timeout: MINUTE });
  };

  it('asks for a token when it is opened without one, and takes it from the address', LONG, async () => {
    await page.goto(service.url);
    await seen('Connect to Atlas');
    await looksGood('token');
    await page.goto('about:blank');
    await page.goto(service.address);
    await seen('Drop photos of an object here');
    expect(page.url()).toBe(`${service.url}/#/`);
    await looksGood('home-empty');
    await press('g', 'q');
    await seen('Nothing here yet');
    await looksGood('jobs-empty');
    await press('g', 'h');
  });

  it('takes dropped photos and tells which files are none', LONG, async () => {
    const { good, flagged, broken, note } = photos;
    await dropFiles(page, '.drop', [...good, ...flagged, broken, note]);
    await seen('1 file is not a photo and was left out.');
    await uploaded(28);
    const refused = page.locator('.tile.is-refused');
    await refused.waitFor({ timeout: 3 * MINUTE });
    expect(await refused.innerText()).toContain('broken.jpg');
    await rename('Elephant');
    await looksGood('photos-problem');
    await refused.locator('.tile-include').click();
    expect(await page.locator('.tile').count()).toBe(27);
  });

  it('flags photos before the run, and leaves them out', LONG, async () => {
    const tile = (name: string) => page.locator('.tile', { hasText: name });
    for (const name of ['shaken.jpg', 'too-dark.jpg']) {
      await tile(name)
        .locator('.flag')
        .first()
        .waitFor({ timeout: 3 * MINUTE });
      await tile(name).hover();
      await tile(name).locator('.tile-include').click();
    }
    await seen('25 of 27 photos used');
    await button('Undo').last().click();
    await seen('26 of 27 photos used');
    await looksGood('photos');
  });

  it('shows a photo large, leaves it out and takes that back', LONG, async () => {
    await page.locator('.tile').first().click();
    await page.getByRole('dialog').waitFor();
    await looksGood('photo-large');
    await button('Zoom in').click();
    await button('Leave out').click();
    await button('Use again').waitFor();
    await button('Use again').click();
    await button('Close').click();
    await page.locator('.scrim').waitFor({ state: 'detached' });
    await seen('26 of 27 photos used');
  });

  it('computes, shows points while it does, and can be stopped half way and resumed', LONG, async () => {
    await page.getByText('Quick look').click();
    await button('Make the model').click();
    await seen(/\d+ cameras · [\d,]+ points/, COMPUTED);
    await page.locator('.viewport canvas').waitFor();
    await looksGood('progress-cameras');
    await button('Log').click();
    await page.getByRole('log').waitFor();
    await looksGood('progress-log');
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
    await button('Stop').click();
    await seen('What was computed is kept');
    await looksGood('progress-stopped');
    await button('Go on').click();
    await page.locator('.progress-percent').waitFor();
  });

  it('goes on in the background, behind other screens', LONG, async () => {
    await button('Run in background').click();
    await page.locator('.card-progress').waitFor();
    await looksGood('home-busy');
    await press('g', 'q');
    await looksGood('jobs-busy');
    await openCapture('Elephant');
  });

  it('finds the service again after it was killed in the middle, and goes on', LONG, async () => {
    await page.locator('.depth-strip li').nth(3).waitFor(LONG);
    await page.route(/\/previews\//, (route) => route.fulfill({ status: 404 }));
    await page.locator('.depth-strip .picture-missing').first().waitFor(LONG);
    await service.stop('SIGKILL');
    await seen('The connection to the Atlas service is lost.');
    await looksGood('connection-lost');
    service = await startService(join(folder, 'storage'), Number(new URL(service.url).port));
    await page.unroute(/\/previews\//);
    await page.locator('.banner').waitFor({ state: 'detached', timeout: MINUTE });
    // The dense points: many times those of the cameras.
    await seen(/cameras · \d{2,3},\d{3} points/, COMPUTED);
    await looksGood('progress-dense');
    await seen(/Draft of the surface/, COMPUTED);
    await looksGood('progress-surface');
    await seen('Your model is ready', COMPUTED);
    await looksGood('progress-done');
  });

  it(
    'shows the model in every way, crops, scales and turns it, exports each format, deletes and takes that back',
    LONG,
    async () => {
      await button('Look at the model').click();
      await page.locator('.toolbar').waitFor();
      expect(await page.locator('.findings').innerText()).toMatch(/of 2\d photos were used|All 2\d photos were used/);
      await looksGood('model');
      await useModelScreen(page, looksGood);
    },
  );

  it('says why a capture failed, and keeps its photos', LONG, async () => {
    await press('g', 'h');
    await dropFiles(page, '.drop', photos.unrelated);
    await uploaded(photos.unrelated.length);
    await rename('Street corner');
    await button('Make the model').click();
    await seen('It did not work out', COMPUTED);
    await looksGood('progress-failed');
    await button('See the photos').click();
    expect(await page.locator('.tile').count()).toBe(photos.unrelated.length);
  });

  it('holds the queue and lets it go on', LONG, async () => {
    await press('g', 'h');
    await dropFiles(page, '.drop', photos.good.slice(0, 8));
    await uploaded(8);
    await rename('Teapot');
    await seen('4 more photos needed');
    await looksGood('photos-few');
    await press('g', 'h');
    await dropFiles(page, '.drop', photos.good.slice(12));
    await uploaded(12);
    await rename('Bench in the park');
    await press('g', 'q');
    await button('Pause the queue').click();
    await openCapture('Bench in the park');
    await press('1');
    await button('Make the model').click();
    await seen('The queue is paused: this capture waits.');
    await looksGood('progress-paused');
    await press('g', 'q');
    await looksGood('jobs-paused');
    await openCapture('Bench in the park');
    await button('Stop').click();
    await seen('What was computed is kept');
    await press('g', 'q');
    await button('Go on with the queue').click();
  });

  it('lists captures, jobs, settings, this computer and the shortcuts', LONG, async () => {
    for (const [name, keys, text] of [
      ['home-full', ['g', 'h'], 'Street corner'],
      ['jobs-full', ['g', 'q'], 'Street corner'],
      ['settings', ['g', 's'], 'Theme'],
      ['doctor', ['g', 'd'], 'Built-in engine'],
    ] as const) {
      await press(...keys);
      await seen(text);
      await looksGood(name);
    }
    await press('?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    await looksGood('shortcuts');
    await press('Escape');
  });

  it('deletes captures and takes that back', LONG, async () => {
    await press('g', 'h');
    await page.locator('.card').nth(3).waitFor();
    const remove = async (name: string) => {
      await button(`More actions: ${name}`).click();
      await page.getByRole('menuitem', { name: 'Delete' }).click();
      await page.getByRole('link', { name, exact: true }).waitFor({ state: 'detached' });
    };
    await remove('Elephant');
    await button('Undo').last().click();
    await page.getByRole('link', { name: 'Elephant', exact: true }).waitFor();
    for (const name of ['Elephant', 'Street corner', 'Teapot', 'Bench in the park']) await remove(name);
    await seen('How to photograph an object well');
    expect(complaints).toEqual([]);
  });
});
