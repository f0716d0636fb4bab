import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What @electron/fuses looks for in Electron's program; behind it the version of the wire, its length and the switches. */
const FUSE_SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
const SWITCHES = '101000111';

/**
 * The files of an Electron distribution for Linux, without Electron: as much as electron-builder needs to make a package of the
 * real application around it, where the real distribution cannot be had.
 */
export async function writeStandInElectron(folder: string, version: string): Promise<void> {
  await mkdir(join(folder, 'locales'), { recursive: true });
  await mkdir(join(folder, 'resources'));
  const program = Buffer.concat([
    Buffer.from('\x7fELF', 'latin1'),
    Buffer.alloc(256),
    Buffer.from(FUSE_SENTINEL),
    Buffer.from([1, SWITCHES.length]),
    Buffer.from(SWITCHES),
    Buffer.alloc(256),
  ]);
  await writeFile(join(folder, 'electron'), program, { mode: 0o755 });
  await writeFile(join(folder, 'version'), version);
  for (const name of ['chrome-sandbox', 'LICENSE', 'LICENSES.chromium.html']) await writeFile(join(folder, name), name);
  for (const language of ['en-US', 'de']) await writeFile(join(folder, 'locales', `${language}.pak`), language);
}
