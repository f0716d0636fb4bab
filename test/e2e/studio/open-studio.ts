import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';

/** A browser of the system; tests that need one are skipped, and say so, where there is none. */
export const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);

const REPOSITORY = fileURLToPath(new URL('../../..', import.meta.url));
export const SCREENS_FOLDER = join(REPOSITORY, 'out', 'screens');

/** A service in a process of its own, as `atlas studio` starts it. */
export interface StudioService {
  readonly url: string;
  /** The address with the token, as the browser is given it. */
  readonly address: string;
  /** Ends the process. @param signal SIGKILL ends it as a crash does */
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

/** Other tests run at the same time, and should not all go before the job. */
const SETTINGS = { ATLAS_MIN_FREE_DISK_BYTES: '1', ATLAS_NICENESS: '0' };

/** @param port 0 takes a free one */
export async function startService(storage: string, port = 0): Promise<StudioService> {
  await mkdir(storage, { recursive: true });
  const child: ChildProcess = spawn(
    process.execPath,
    [
      join(REPOSITORY, 'dist/src-main/cli/main.js'),
      'studio',
      '--no-open',
      '--port',
      String(port),
      '--storage',
      storage,
    ],
    { env: { ...process.env, ...SETTINGS }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let output = '';
  const url = await new Promise<string>((resolve, reject) => {
    const listen = (chunk: Buffer) => {
      output += String(chunk);
      const found = /runs at (http:\/\/\S+)[\s\S]*in a browser: (\S+)/.exec(output);
      if (found?.[1]) resolve(found[1]);
    };
    child.stdout?.on('data', listen);
    child.stderr?.on('data', listen);
    child.once('exit', () => reject(new Error(`The service ended: ${output}`)));
  });
  const page = await readFile(join(storage, 'open-studio.html'), 'utf8');
  const address = /url=([^"]+)"/.exec(page)?.[1] ?? url;
  return {
    ...{ url, address },
    async stop(signal = 'SIGTERM') {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill(signal);
      await ended;
    },
  };
}

export async function openBrowser(): Promise<Browser> {
  return chromium.launch({
    ...(CHROMIUM === undefined ? {} : { executablePath: CHROMIUM }),
    args: ['--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--ignore-gpu-blocklist'],
  });
}

/** Drops files or folders on an element as a person does, with the browser's own drag events. */
export async function dropFiles(page: Page, selector: string, paths: readonly string[]): Promise<void> {
  const box = await page.locator(selector).boundingBox();
  if (!box) throw new Error(`${selector} is not to be seen.`);
  const session = await page.context().newCDPSession(page);
  const at = { x: box.x + 40, y: box.y + 20, data: { items: [], files: [...paths], dragOperationsMask: 1 } };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await session.send('Input.dispatchDragEvent', { type, ...at });
  }
  await session.detach();
}

export async function photosIn(folder: string): Promise<string[]> {
  return (await readdir(folder)).sort().map((name) => join(folder, name));
}

/** Serious findings of axe, as text. */
export async function findAccessibilityProblems(page: Page): Promise<string[]> {
  const source = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  // Evaluated over the debugging protocol: the page's policy allows no scripts from elsewhere.
  await page.evaluate(source);
  const violations = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }> };
    };
    return (await axe.run()).violations;
  });
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
}

const SIZES = [
  { width: 1440, height: 900 },
  { width: 1024, height: 700 },
] as const;

/** A picture of the screen in both sizes and both themes, into `out/screens`; serious findings of axe in any of them. */
export async function photograph(page: Page, name: string): Promise<string[]> {
  await mkdir(SCREENS_FOLDER, { recursive: true });
  const findings: string[] = [];
  for (const theme of THEMES) {
    await page.emulateMedia({ colorScheme: theme });
    await page.waitForFunction((shown) => document.documentElement.dataset.theme === shown, theme, {
      polling: 50,
    });
    for (const size of SIZES) {
      await page.setViewportSize(size);
      await atRest(page);
      await page.screenshot({ path: join(SCREENS_FOLDER, `${name}-${size.width}-${theme}.png`) });
    }
    findings.push(...(await findAccessibilityProblems(page)).map((finding) => `${name}, ${theme}: ${finding}`));
  }
  await page.emulateMedia({ colorScheme: THEMES[0] });
  await page.setViewportSize(SIZES[0]);
  await atRest(page);
  return findings;
}

const THEMES = ['dark', 'light'] as const;
const SETTLE_MS = 250;

/** Waits until what was changed is laid out, and nothing moves. Never for a frame: a page that draws nothing new may have none. */
async function atRest(page: Page): Promise<void> {
  await page.waitForTimeout(SETTLE_MS);
  const isStill = () => document.getAnimations().every(({ playState }) => playState !== 'running');
  await page.waitForFunction(isStill, undefined, { polling: 50 });
}
