import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { RunningService } from '../server/listen.js';

const studioPage = (storage: string): string => join(storage, 'open-studio.html');

/** The address of the studio with its token in the fragment, which browsers never send. */
export const studioAddress = ({ url, token }: { readonly url: string; readonly token: string }): string =>
  `${url}/#token=${encodeURIComponent(token)}`;

/**
 * Writes a page that leads to the studio, readable by its owner only. Browsers are given this file rather than the address:
 * what a program is started with can be seen by everyone who uses the computer.
 */
export async function writeStudioPage(
  storage: string,
  service: { readonly url: string; readonly token: string },
): Promise<string> {
  const path = studioPage(storage);
  const address = studioAddress(service).replaceAll('&', '&amp;').replaceAll('"', '&quot;');
  await rm(path, { force: true });
  await writeFile(
    path,
    `<!doctype html><meta charset="utf-8"><meta name="referrer" content="no-referrer"><title>Atlas Studio</title>
<meta http-equiv="refresh" content="0; url=${address}"><p><a href="${address}">Open Atlas Studio</a></p>\n`,
    { mode: 0o600, flag: 'wx' },
  );
  return path;
}

/** Writes the page of a running service, again whenever the token is renewed. */
export function keepStudioPage(storage: string, { url, access }: RunningService): Promise<string> {
  // A page that cannot be written leads to a studio that asks for the token.
  access.onRenewed((token) => void writeStudioPage(storage, { url, token }).catch(() => undefined));
  return writeStudioPage(storage, { url, token: access.value });
}

/** The page that a running service has left in its storage folder. */
export function findStudioPage(storage: string): string | undefined {
  const path = studioPage(storage);
  return existsSync(path) ? path : undefined;
}

export async function forgetStudioPage(storage: string): Promise<void> {
  await rm(studioPage(storage), { force: true });
}

/** The program that opens a file as its owner's system does. */
const OPENERS: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
};

/** Opens a page in the default browser. @returns whether a program to do so was found */
export function openInBrowser(path: string): Promise<boolean> {
  const [program = 'xdg-open', ...args] = OPENERS[process.platform] ?? [];
  return new Promise((resolve) => {
    const child = spawn(program, [...args, pathToFileURL(path).href], { stdio: 'ignore', detached: true });
    child.once('error', () => resolve(false));
    child.once('spawn', () => {
      child.unref();
      resolve(true);
    });
  });
}
