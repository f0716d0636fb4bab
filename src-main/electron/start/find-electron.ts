import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What is known of Electron's program on this computer. */
export type ElectronProgram =
  | { readonly state: 'here'; readonly path: string }
  /** The package is there, its program is not: `installer` is the package's own script that fetches it. */
  | { readonly state: 'to-fetch'; readonly installer: string }
  /** Development packages were not installed. */
  | { readonly state: 'no-package' };

/**
 * Looks for Electron's program without running anything: importing the package would begin a download and wait for it.
 *
 * @param resolvePackage gives the path of the package's package.json, or throws
 */
export function findElectron(
  resolvePackage: () => string,
  environment: Readonly<Record<string, string | undefined>>,
): ElectronProgram {
  let folder: string;
  try {
    folder = dirname(resolvePackage());
  } catch {
    return { state: 'no-package' };
  }
  const pathFile = join(folder, 'path.txt');
  const name = existsSync(pathFile) ? readFileSync(pathFile, 'utf8').trim() : undefined;
  // The package's own rule: the variable names a folder that is used in place of its `dist`.
  const elsewhere = environment.ELECTRON_OVERRIDE_DIST_PATH;
  const path = elsewhere ? join(elsewhere, name ?? 'electron') : name && join(folder, 'dist', name);
  if (path && existsSync(path)) return { state: 'here', path };
  return { state: 'to-fetch', installer: join(folder, 'install.js') };
}
