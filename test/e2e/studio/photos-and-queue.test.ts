import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import type { Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AtlasClient } from '#main/client/atlas-client.js';
import { draftOfManyPhotos } from '../../bench/many-photos.js';
import { testPicture } from '../../main/stages/1-import/test-photos.js';
import {
  CHROMIUM,
  findAccessibilityProblems,
  openBrowser,
  photograph,
  type StudioService,
  startService,
} from './open-studio.js';

const MINUTE = 60_000;
/** Tiles of a window of 1440 x 900 and what is kept ready beside it. */
const MOST_TILES = 120;

if (CHROMIUM === undefined) process.stdout.write('photos-and-queue: skipped, there is no Chromium on this computer\n');

describe.skipIf(CHROMIUM === undefined)('photos and queue in the studio', { timeout: 4 * MINUTE }, () => {
  let storage: string;
  let service: StudioService;
  let client: AtlasClient;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    storage = await mkdtemp(join(tmpdir(), 'atlas-studio-photos-'));
    service = await startService(storage);
    const token = decodeURIComponent(/token=([^&]+)/.exec(service.address)?.[1] ?? '');
    client = new AtlasClient({ url: service.url, token });
    browser = await openBrowser();
    page = await browser.newPage({ viewport: { width: 1440, height: 900 }, colorScheme: 'dark' });
    await page.goto(service.address);
    await page.locator('.drop').waitFor();
  }, MINUTE);
  afterAll(async () => {
    await browser?.close();
    await service?.stop();
    await rm(storage, { recursive: true, force: true });
  });

  const open = async (jobId: string) => {
    await page.goto(`${service.url}/#/captures/${jobId}/photos`);
    await page.locator('.tile').first().waitFor({ timeout: MINUTE });
  };
  const lookedAt = async (jobId: string) => {
    while ((await client.images(jobId)).some(({ quality }) => quality === null)) await page.waitForTimeout(300);
  };
  const chip = (name: RegExp) => page.getByRole('radio', { name });
  const button = (name: string | RegExp) => page.getByRole('button', { name });
  const count = (text: string) => page.locator('.photos-count', { hasText: text }).waitFor({ timeout: MINUTE });

  async function draftOfFlagged(): Promise<string> {
    const jobId = await client.createDraft({ name: 'Vase' });
    const pictures: (readonly [string, Sharp])[] = Array.from({ length: 12 }, (_, i) => [
      `good ${i}.jpg`,
      testPicture(i),
    ]);
    pictures.push(['blurred.jpg', testPicture(20).blur(6)], ['dark.jpg', testPicture(21).linear(0.2, 0)]);
    pictures.push(['again.jpg', testPicture(3).modulate({ brightness: 0.95 })]);
    const form = new FormData();
    for (const [name, picture] of pictures) {
      const jpeg = await picture.jpeg({ quality: 90 }).toBuffer();
      form.append('images', new Blob([new Uint8Array(jpeg)]), name);
    }
    await client.request(`/jobs/${jobId}/images`, { method: 'POST', body: form });
    await lookedAt(jobId);
    return jobId;
  }

  it('shows what is wrong with photos before a run, and leaves a group out and takes it back', async () => {
    const jobId = await draftOfFlagged();
    await open(jobId);
    await count('15 photos');
    await chip(/Blurred 2/).waitFor({ timeout: MINUTE });
    await chip(/Look alike 2/).click();
    expect(await page.locator('.tile').count()).toBe(2);
    await page.locator('.tile .flag').first().hover();
    await page.locator('.tooltip', { hasText: 'Looks like another' }).waitFor();
    await photograph(page, 'photos-flagged');
    expect(await findAccessibilityProblems(page)).toEqual([]);
    await button('Keep the sharpest of each').click();
    await count('14 of 15 photos used');
    await page.locator('.notice').getByRole('button', { name: 'Undo' }).click();
    await count('15 photos');
    await chip(/Blurred 2/).click();
    await button('Leave out all blurred').click();
    await count('13 of 15 photos used');
    await page.reload();
    await count('13 of 15 photos used');
    // What is dark shows little detail too.
    const out = (await client.images(jobId)).filter(({ included }) => !included);
    expect(out.map(({ name }) => name)).toEqual(['blurred.jpg', 'dark.jpg']);
  });

  it('estimates what the run will take, and offers the engines that are there', async () => {
    await page.locator('.estimate-time').waitFor({ timeout: MINUTE });
    expect(await page.locator('.estimate').innerText()).toMatch(/minute[\s\S]*on disk[\s\S]*of memory/);
    await button(/Engine/).click();
    const options = page.getByRole('option');
    await options.first().waitFor();
    expect(await options.allInnerTexts()).toEqual(expect.arrayContaining([expect.stringContaining('Built in')]));
    await page.keyboard.press('Escape');
  });

  it('shows a photo large: full size, moved, fitted, the next one', async () => {
    await page.locator('.tile').first().click();
    const percent = page.locator('.viewer-percent');
    await percent.waitFor();
    await page.keyboard.press('1');
    await page.locator('.viewer-percent', { hasText: /^\d+ %/ }).waitFor();
    const fitted = await percent.innerText();
    await page.keyboard.press('+');
    await page.locator('.viewer-stage.is-zoomed').waitFor();
    expect(await percent.innerText()).not.toBe(fitted);
    await page.keyboard.press('0');
    await page.locator('.viewer-stage:not(.is-zoomed)').waitFor();
    const name = await page.locator('.viewer-title strong').innerText();
    await page.keyboard.press('ArrowRight');
    await page.waitForFunction((old) => document.querySelector('.viewer-title strong')?.textContent !== old, name);
    expect(await findAccessibilityProblems(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.locator('.scrim').waitFor({ state: 'detached' });
  });

  it('shows a thousand photos with the nodes of some dozens', async () => {
    const jobId = await draftOfManyPhotos(client, 1000, 'Many photos');
    await open(jobId);
    await count('1,000 photos');
    let most = 0;
    for (let share = 0; share <= 1; share += 0.05) {
      await page.locator('.grid-scroller').evaluate((grid, to) => {
        grid.scrollTop = to * grid.scrollHeight;
      }, share);
      await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
      most = Math.max(most, await page.locator('.tile').count());
    }
    expect(most).toBeGreaterThan(12);
    expect(most).toBeLessThan(MOST_TILES);
    await page.locator('.tile[tabindex="0"], .tile').first().focus();
    await page.keyboard.press('End');
    await page.getByText('photo 1000.jpg').waitFor();
    await photograph(page, 'photos-thousand');
    await client.delete(jobId);
  });

  it('pauses the queue, changes its order by keys, and retries with other options', async () => {
    await client.setQueuePaused(true);
    const names = ['First', 'Second', 'Third'];
    for (const name of names) {
      const jobId = await draftOfManyPhotos(client, 12, name);
      await client.commit(jobId);
    }
    const stopped = await draftOfManyPhotos(client, 12, 'Stopped');
    await client.commit(stopped);
    await client.cancel(stopped);
    await page.goto(`${service.url}/#/jobs`);
    await page.reload();
    await page.getByText('The queue is paused.').waitFor({ timeout: MINUTE });
    const waiting = page.locator('.row-waiting .row-name a');
    await waiting.nth(2).waitFor({ timeout: MINUTE });
    expect(await waiting.allInnerTexts()).toEqual(names);
    await photograph(page, 'jobs-paused');
    expect(await findAccessibilityProblems(page)).toEqual([]);

    await button('More actions: Third').click();
    await page.getByRole('menuitem', { name: 'Move to the front' }).click();
    await expect.poll(() => waiting.allInnerTexts()).toEqual(['Third', 'First', 'Second']);
    const { queued } = await client.queue();
    expect((await client.get(queued[0] ?? '')).name).toBe('Third');
    await page.locator('.row-handle').first().focus();
    await page.keyboard.press('Enter');
    const isAt = (place: string) =>
      page.waitForFunction((text) => document.activeElement?.getAttribute('aria-label')?.startsWith(text), place);
    await isAt('Insert');
    await page.keyboard.press('End');
    await isAt('Insert after Second');
    await page.keyboard.press('Enter');
    await expect.poll(() => waiting.allInnerTexts()).toEqual(['First', 'Second', 'Third']);

    await button('More actions: Stopped').click();
    await page.getByRole('menuitem', { name: 'With other options…' }).click();
    await page.getByRole('dialog').getByText('Quick look').click();
    await photograph(page, 'jobs-retry');
    await button('Make it again').click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await expect.poll(async () => (await client.get(stopped)).status).toBe('queued');
    expect((await client.get(stopped)).options.tier).toBe('preview');
  });
});
