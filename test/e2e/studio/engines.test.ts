import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AtlasClient } from '#main/client/atlas-client.js';
import { type StandInContainers, standInContainers } from '../../containers/stand-in-containers.js';
import { testPicture } from '../../main/stages/1-import/test-photos.js';
import { CHROMIUM, openBrowser, photograph, type StudioService, startService } from './open-studio.js';

const MINUTE = 60_000;

if (CHROMIUM === undefined) process.stdout.write('engines: skipped, there is no Chromium on this computer\n');

/** Engines that are not here, downloaded from the studio by a stand-in for Docker. */
describe.skipIf(CHROMIUM === undefined)('engines in the studio', { timeout: 4 * MINUTE }, () => {
  let storage: string;
  let containers: StandInContainers;
  let service: StudioService;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    storage = await mkdtemp(join(tmpdir(), 'atlas-studio-engines-'));
    containers = await standInContainers();
    service = await startService(storage);
    browser = await openBrowser();
    page = await browser.newPage({
      viewport: { width: 1440, height: 900 },
      colorScheme: 'dark',
      reducedMotion: 'reduce',
    });
    await page.goto(service.address);
    await page.locator('.drop').waitFor();
  }, MINUTE);
  afterAll(async () => {
    await browser?.close();
    await service?.stop();
    await containers?.remove();
    await rm(storage, { recursive: true, force: true });
  });

  const button = (name: string | RegExp) => page.getByRole('button', { name });
  const seen = (text: string | RegExp) => page.getByText(text).first().waitFor({ timeout: MINUTE });
  const looksGood = async (name: string) => expect.soft(await photograph(page, name)).toEqual([]);

  const toEngines = () => page.getByRole('heading', { name: 'This window' }).scrollIntoViewIfNeeded();

  it('offers the image of each engine that is not here, and downloads none unasked', async () => {
    await page.goto(`${service.url}/#/doctor`);
    for (const title of ['COLMAP', 'OpenMVG and OpenMVS']) await button(`Download image of ${title}`).waitFor();
    await seen('Docker downloads spedenaave/dpg, with OpenMVG and OpenMVS');
    await toEngines();
    await looksGood('engines-doctor');
    expect(await containers.pulls()).toEqual([]);
  });

  it('shows where the engine is chosen which are not here, what each is good for, and how to get it', async () => {
    const token = decodeURIComponent(/token=([^&]+)/.exec(service.address)?.[1] ?? '');
    const client = new AtlasClient({ url: service.url, token });
    const jobId = await client.createDraft({ name: 'Vase' });
    const form = new FormData();
    for (let i = 0; i < 12; i++) {
      form.append('images', new Blob([new Uint8Array(await testPicture(i).jpeg().toBuffer())]), `${i}.jpg`);
    }
    await client.request(`/jobs/${jobId}/images`, { method: 'POST', body: form });
    await page.goto(`${service.url}/#/captures/${jobId}/photos`);
    await page.locator('.tile').first().waitFor({ timeout: MINUTE });
    await button(/Engine$/).click();
    const item = page.getByRole('option', { name: /^COLMAP/ });
    expect(await item.getAttribute('aria-disabled')).toBe('true');
    await page.keyboard.press('Escape');
    await button('Get other engines').click();
    await seen('Solves cameras; widely used');
  });

  it('shows how far a download is, also where the engine is chosen, and stops it', async () => {
    await containers.setPull('hang');
    await button('Download image of OpenMVG and OpenMVS').click();
    await seen('1 of 3 layers are here');
    await looksGood('engines-downloading');
    await button('Close').click();
    await button(/Downloading an engine: 33 %/).click();
    await button('Stop downloading spedenaave/dpg').click();
    await seen('Stopped. What has come is kept.');
    expect(await containers.pulls()).toEqual(['spedenaave/dpg']);
  });

  it('says why a download failed, and tries again', async () => {
    await containers.setPull('dial tcp: lookup registry: no such host');
    await button('Download image of COLMAP').click();
    await seen('The registry of the container image colmap/colmap cannot be reached.');
    await looksGood('engines-failed');
    await containers.setPull('');
    await button('Try again: download image of COLMAP').click();
    await seen('Version 3.12, in the container image colmap/colmap (1.5 GB)');
    await button('Close').click();
  });

  it('lets the engine be chosen then, without a restart', async () => {
    await button(/Engine$/).click();
    await page.getByRole('option', { name: /^COLMAP/ }).click();
    await button(/^COLMAP Engine/).waitFor();
  });

  it('says so where Docker does not run', async () => {
    await containers.stopDaemon();
    await page.goto(`${service.url}/#/doctor`);
    await button('Check again').click();
    await button('Check again').waitFor();
    await seen('Docker is not running here');
  });
});
