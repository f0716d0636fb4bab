import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import sharp from 'sharp';
import { AtlasClient } from '#main/client/atlas-client.js';
import { SILENT_LOG } from '#main/logging/log.js';
import { buildServer } from '#main/server/build-server.js';
import { loadServiceConfig } from '#main/server/config.js';
import { openService } from '#main/server/open-service.js';
import { makeLargeModel } from './large-model.js';

// npm run bench:studio: what the studio costs in a browser. 1. page load until the first screen can be used; 2. frames of a model
// with 250,000 triangles and a texture of 4096 pixels. Where there is no graphics card the drawing itself is done by the processor
// (SwiftShader), in another process: what is counted here is the page's own work a frame, which is the same with a card.

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
const TOKEN = 'bench-token-0123456789abcdef';
const TRIANGLES = 250_000;
const TEXTURE_PX = 4096;
const LOADS = 5;
const FRAMES = 60;
const IDLE_MS = 3000;

/** What the page counts: {@link PAGE_COUNTERS}. */
interface Counters {
  /** Time of the work of each animation frame in which something is drawn in 3D, ms. */
  readonly frames: readonly number[];
  readonly drawCalls: number;
  readonly triangles: number;
  /** When the first screen had a button that can be pressed, ms after the page was asked for. */
  readonly usableAt: number | null;
}

/** Put into the page before its own scripts run. */
const PAGE_COUNTERS = `
  globalThis.counters = { frames: [], drawCalls: 0, triangles: 0, usableAt: null };
  const request = requestAnimationFrame.bind(globalThis);
  globalThis.requestAnimationFrame = (callback) => request((time) => {
    const start = performance.now(), calls = counters.drawCalls;
    callback(time);
    if (counters.drawCalls > calls) counters.frames.push(performance.now() - start);
  });
  for (const [name, countAt] of [['drawElements', 1], ['drawArrays', 2]]) {
    const draw = WebGL2RenderingContext.prototype[name];
    WebGL2RenderingContext.prototype[name] = function (...given) {
      counters.drawCalls++;
      counters.triangles += given[countAt] / 3;
      draw.apply(this, given);
    };
  }
  new MutationObserver(() => {
    const button = document.getElementById('choose-photos');
    if (button && !button.hasAttribute('disabled')) counters.usableAt ??= performance.now();
  }).observe(document, { childList: true, subtree: true });
`;

/** A service whose one job has the large model: what a run would have computed is written by us. */
async function openBenchService(storage: string) {
  const glb = await makeLargeModel(TRIANGLES, TEXTURE_PX);
  const config = loadServiceConfig({
    ...{
      environment: {},
      flags: { storage, apiKey: TOKEN, minFreeDiskBytes: 1, minPhotos: 3, requestsPerMinute: 1e6 },
    },
  });
  const service = await openService(config, SILENT_LOG, async ({ outputFolder }) => {
    await mkdir(outputFolder, { recursive: true });
    await writeFile(join(outputFolder, 'model.glb'), glb);
  });
  const app = await buildServer(service.parts);
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return {
    ...{ url, glbBytes: glb.length },
    async close() {
      app.server.closeAllConnections();
      await app.close();
      await service.close();
    },
  };
}

async function makeJob(url: string): Promise<string> {
  const client = new AtlasClient({ url, token: TOKEN });
  const photos = await Promise.all(
    [1, 2, 3].map((seed) =>
      sharp({ create: { width: 400, height: 400, channels: 3, background: { r: seed * 60, g: 90, b: 90 } } })
        .jpeg()
        .toBuffer(),
    ),
  );
  const form = new FormData();
  for (const [i, photo] of photos.entries()) form.append('images', new Blob([new Uint8Array(photo)]), `${i}.jpg`);
  const answer = await fetch(`${url}/api/v1/jobs`, {
    ...{ method: 'POST', body: form, headers: { authorization: `Bearer ${TOKEN}` } },
  });
  const { job_id } = (await answer.json()) as { job_id: string };
  while ((await client.get(job_id)).status !== 'completed') await new Promise((resolve) => setTimeout(resolve, 100));
  return job_id;
}

async function newPage(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await page.addInitScript(PAGE_COUNTERS);
  return page;
}

/** Looks from outside: the page's policy lets no conditions be given to it as text. */
async function until(page: Page, condition: (counters: Counters) => boolean): Promise<void> {
  while (!condition(await page.evaluate<Counters>('counters'))) await page.waitForTimeout(50);
}

/** Milliseconds from the request of the page to a button that can be pressed; nothing is in the browser's cache. */
async function measureLoad(browser: Browser, url: string): Promise<number> {
  const page = await newPage(browser);
  await page.goto(`${url}/#token=${TOKEN}`);
  await until(page, ({ usableAt }) => usableAt !== null);
  const { usableAt } = await page.evaluate<Counters>('counters');
  await page.context().close();
  return usableAt ?? Number.NaN;
}

async function measureFrames(browser: Browser, url: string, jobId: string) {
  const page = await newPage(browser);
  await page.goto(`${url}/#token=${TOKEN}`);
  await page.goto(`${url}/#/captures/${jobId}/model`);
  await page.locator('.toolbar').waitFor({ timeout: 120_000 });
  const restart = () => page.evaluate('Object.assign(counters, { frames: [], drawCalls: 0, triangles: 0 }) && 0');
  const read = () => page.evaluate<Counters>('counters');

  await page.waitForTimeout(5000);
  await restart();
  await page.waitForTimeout(IDLE_MS);
  const idleFrames = (await read()).frames.length;

  await page.getByRole('button', { name: 'Turn slowly' }).click();
  await page.waitForTimeout(1500);
  await restart();
  const start = Date.now();
  await until(page, ({ frames }) => frames.length >= FRAMES);
  const seconds = (Date.now() - start) / 1000;
  const { frames, drawCalls, triangles } = await read();
  await page.context().close();
  return { idleFrames, frames, drawCalls, triangles, seconds };
}

const quantile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) * share)] ?? Number.NaN;

async function main(): Promise<void> {
  if (CHROMIUM === undefined) throw new Error('There is no Chromium here.');
  const storage = await mkdtemp(join(tmpdir(), 'atlas-bench-studio-'));
  const service = await openBenchService(storage);
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--ignore-gpu-blocklist'],
  });
  try {
    const loads: number[] = [];
    for (let i = 0; i < LOADS; i++) loads.push(await measureLoad(browser, service.url));
    console.log(`first screen usable        ${quantile(loads, 0.5).toFixed(0)} ms median of ${LOADS}, nothing cached`);
    const jobId = await makeJob(service.url);
    const { idleFrames, frames, drawCalls, triangles, seconds } = await measureFrames(browser, service.url, jobId);
    const count = frames.length;
    console.log(`model                      ${TRIANGLES} triangles, ${TEXTURE_PX} px, ${service.glbBytes} bytes`);
    console.log(
      `page's work a frame        ${quantile(frames, 0.5).toFixed(2)} ms median, ${quantile(frames, 0.95).toFixed(2)} ms 95 % (16.7 ms are 60 a second)`,
    );
    console.log(
      `draw calls a frame         ${(drawCalls / count).toFixed(1)}, ${(triangles / count).toFixed(0)} triangles`,
    );
    console.log(
      `frames a second here       ${(count / seconds).toFixed(1)}, drawn by the processor where there is no card`,
    );
    console.log(`frames while nothing moves ${idleFrames} in ${IDLE_MS / 1000} s`);
  } finally {
    await browser.close();
    await service.close();
    await rm(storage, { recursive: true, force: true });
  }
}

await main();
