import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { AtlasClient } from '#main/client/atlas-client.js';
import { SILENT_LOG } from '#main/logging/log.js';
import { buildServer } from '#main/server/build-server.js';
import { loadServiceConfig } from '#main/server/config.js';
import { openService } from '#main/server/open-service.js';
import { draftOfManyPhotos } from './many-photos.js';

// npm run bench:photos: a grid of a thousand photos. 1. uploads and what the service sees of them; 2. how long the list of photos
// takes; 3. nodes of the page and time of the frames while the grid is scrolled from end to end. The frames' work is the page's own;
// drawing happens in another process and is slower here than with a graphics card.

const TOKEN = 'bench-token-0123456789abcdef';
const { values: flags } = parseArgs({
  options: { photos: { type: 'string', default: '1000' }, browser: { type: 'string', default: '/usr/bin/chromium' } },
});

/** Runs in the page: scrolls through the grid, a quarter of the window a frame. */
const SCROLL_THROUGH = `(async () => {
  const grid = document.querySelector('.grid-scroller');
  const work = [], intervals = [];
  let nodes = 0, tiles = 0, last = performance.now();
  while (grid.scrollTop + grid.clientHeight < grid.scrollHeight - 2) {
    const time = await new Promise((resolve) => requestAnimationFrame(resolve));
    intervals.push(time - last);
    last = time;
    const begin = performance.now();
    grid.scrollTop += grid.clientHeight / 4;
    grid.dispatchEvent(new Event('scroll'));
    // React draws in a task of its own: the next message comes behind it.
    await new Promise((resolve) => {
      const channel = new MessageChannel();
      channel.port1.onmessage = resolve;
      channel.port2.postMessage(0);
    });
    work.push(performance.now() - begin);
    nodes = Math.max(nodes, document.querySelectorAll('*').length);
    tiles = Math.max(tiles, document.querySelectorAll('.tile').length);
  }
  return { work, intervals, nodes, tiles };
})()`;

const storage = await mkdtemp(join(tmpdir(), 'atlas-bench-photos-'));
const config = loadServiceConfig({ environment: {}, flags: { storage, apiKey: TOKEN, minFreeDiskBytes: 1 } });
const service = await openService(config, SILENT_LOG);
const app = await buildServer(service.parts);
const url = await app.listen({ host: '127.0.0.1', port: 0 });
const client = new AtlasClient({ url, token: TOKEN });
const browser = await chromium.launch({
  executablePath: flags.browser,
  args: ['--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'],
});
const print = (label: string, value: string) => process.stdout.write(`${label.padEnd(44)} ${value}\n`);

try {
  const count = Number(flags.photos);
  const start = performance.now();
  const jobId = await draftOfManyPhotos(client, count, 'Many photos');
  print(`${count} photos made and stored`, seconds(performance.now() - start));
  while ((await client.images(jobId)).some(({ quality }) => quality === null)) await delay(500);
  print('all of them looked at', seconds(performance.now() - start));
  const listed = performance.now();
  await client.photoList(jobId);
  print('list of photos with flags', `${(performance.now() - listed).toFixed(0)} ms`);

  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(`${url}/#token=${TOKEN}`);
  await page.waitForSelector('.drop');
  const opened = performance.now();
  await page.goto(`${url}/#/captures/${jobId}/photos`);
  await page.waitForSelector('.tile img');
  print('from the address to the first picture', `${(performance.now() - opened).toFixed(0)} ms`);
  const { work, intervals, nodes, tiles } = await page.evaluate<Scrolling>(SCROLL_THROUGH);
  print('frames while scrolling', String(intervals.length));
  print('work of the page by frame, median / 95 %', `${quantile(work, 0.5)} / ${quantile(work, 0.95)} ms`);
  print('time between frames, median / 95 %', `${quantile(intervals, 0.5)} / ${quantile(intervals, 0.95)} ms`);
  print('tiles in the page at most', String(tiles));
  print('nodes in the page at most', String(nodes));
} finally {
  await browser.close();
  await app.close();
  await service.close();
  await rm(storage, { recursive: true, force: true });
}

interface Scrolling {
  /** Milliseconds of the page's own work, and between frames. */
  readonly work: readonly number[];
  readonly intervals: readonly number[];
  /** At most. */
  readonly nodes: number;
  readonly tiles: number;
}

function quantile(values: readonly number[], share: number): string {
  return (values.toSorted((a, b) => a - b)[Math.floor(share * (values.length - 1))] ?? 0).toFixed(1);
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

function delay(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
