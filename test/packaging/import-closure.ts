import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { REPOSITORY } from '../architecture/source-files.js';

/** Everything that is loaded when some files run. */
export interface ImportClosure {
  /** Files of ours, from the repository's root, with forward slashes. */
  readonly files: ReadonlySet<string>;
  /** Packages by their folder: `node_modules/sharp`; with those that they depend on. */
  readonly packages: ReadonlySet<string>;
}

const BUILT_IN = new Set(builtinModules);

/**
 * `from 'x'`, `import 'x'`, `import('x')`, `require('x')`, `require.resolve('x')`, `.resolve('x')`, `new URL('./x', import.meta.url)`.
 */
const LOADED =
  /(?:^|\n)\s*(?:import|export)\s(?:[^;'"]*?\sfrom\s*)?['"]([\w@./-]+)['"]|\b(?:import|require|resolve)\(\s*['"]([\w@./:-]+)['"]\s*\)|new URL\(\s*['"]([\w./-]+)['"]\s*,\s*import\.meta\.url/g;

const withoutComments = (text: string) => text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1');

/** Follows what built files load, through our files and on into packages. @param entries from the repository's root */
export function importClosure(entries: readonly string[]): ImportClosure {
  const files = new Set<string>();
  const packages = new Set<string>();
  const visit = (path: string): void => {
    if (files.has(path)) return;
    files.add(path);
    if (!/\.c?js$/.test(path)) return;
    for (const [, from, called, url] of withoutComments(readFileSync(join(REPOSITORY, path), 'utf8')).matchAll(
      LOADED,
    )) {
      const target = from ?? called ?? url ?? '';
      if (target.startsWith('.')) {
        const file = join(dirname(path), target).replaceAll(sep, '/');
        if (existsSync(join(REPOSITORY, file)) && /\.\w+$/.test(file)) visit(file);
      } else if (
        !url &&
        !target.startsWith('node:') &&
        !BUILT_IN.has(target.split('/')[0] ?? '') &&
        target !== 'electron'
      ) {
        addPackage(packageName(target), REPOSITORY);
      }
    }
  };
  const addPackage = (name: string, from: string, isOptional = false): void => {
    const folder = findPackage(name, from);
    if (folder === undefined) {
      if (isOptional) return;
      throw new Error(`${name} is imported, but not installed.`);
    }
    const key = relative(realpathSync(join(REPOSITORY, 'node_modules')), realpathSync(folder)).replaceAll(sep, '/');
    if (packages.has(`node_modules/${key}`)) return;
    packages.add(`node_modules/${key}`);
    const { dependencies = {}, optionalDependencies = {} } = JSON.parse(
      readFileSync(join(folder, 'package.json'), 'utf8'),
    ) as Record<string, Record<string, string> | undefined>;
    for (const dependency of Object.keys(dependencies)) {
      addPackage(dependency, folder, dependency in optionalDependencies);
    }
    for (const dependency of Object.keys(optionalDependencies)) addPackage(dependency, folder, true);
  };
  for (const entry of entries) visit(entry);
  return { files, packages };
}

export const packageName = (target: string): string => target.split('/', target.startsWith('@') ? 2 : 1).join('/');

/** As Node.js looks for it: here, then in each folder above. */
function findPackage(name: string, from: string): string | undefined {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name);
    if (existsSync(join(candidate, 'package.json'))) return candidate;
    if (folder === dirname(folder)) return undefined;
  }
}
