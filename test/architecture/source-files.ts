import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

export const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));

/** A TypeScript file of ours. */
export interface SourceFile {
  /** From the repository's root, with forward slashes. */
  readonly path: string;
  readonly text: string;
  /** Files of ours that it imports, likewise. */
  readonly imports: readonly string[];
  /** Those that are there when it runs: without what is imported for its types only. */
  readonly runtimeImports: readonly string[];
  /** Packages and Node's modules that it imports. */
  readonly packages: readonly string[];
}

/** All sources below the folders; kernels' AssemblyScript is not TypeScript and is left out. */
export function readSources(...folders: readonly string[]): SourceFile[] {
  return folders.flatMap((folder) =>
    readdirSync(join(REPOSITORY, folder), { recursive: true, encoding: 'utf8' })
      .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
      .filter((path) => /\.tsx?$/.test(path) && !/\/assembly[^/]*\.ts$/.test(path) && !path.endsWith('.d.ts'))
      .sort()
      .map(readSource),
  );
}

function readSource(path: string): SourceFile {
  const text = readFileSync(join(REPOSITORY, path), 'utf8');
  const code = withoutComments(text);
  const toPath = (target: string) =>
    target.startsWith('#')
      ? aliasToPath(target)
      : normalize(join(dirname(path), target))
          .replaceAll('\\', '/')
          .replace(/\.js$/, (ending, at, whole: string) => {
            const stem = whole.slice(0, at);
            return existsSync(join(REPOSITORY, `${stem}.tsx`))
              ? '.tsx'
              : existsSync(join(REPOSITORY, `${stem}.ts`))
                ? '.ts'
                : ending;
          });
  const isOurs = (target: string) => /^[.#]/.test(target);
  const targets = targetsIn(code);
  return {
    path,
    text,
    imports: targets.filter(isOurs).map(toPath),
    runtimeImports: targetsIn(code.replace(TYPE_IMPORT, '\n')).filter(isOurs).map(toPath),
    packages: targets.filter((target) => !isOurs(target)),
  };
}

const targetsIn = (code: string) => [...code.matchAll(IMPORT)].map((match) => match[1] ?? match[2] ?? match[3] ?? '');

const TYPE_IMPORT = /(?:^|\n)\s*(?:import|export) type\s[^;'"]*?from\s*['"][^'"]+['"]/g;

/** `import ... from 'x'`, `export ... from 'x'`, `import('x')`, `import 'x'`. */
const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s[^;'"]*?from\s*['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)|(?:^|\n)import\s+['"]([^'"]+)['"]/g;

const withoutComments = (text: string) => text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1');

const ALIASES: readonly (readonly [string, string])[] = [
  ['#main/', 'src-main/'],
  ['#shared/', 'src-shared/'],
  ['#synthetic/', 'test/synthetic/'],
];

function aliasToPath(target: string): string {
  const [alias, folder] = ALIASES.find(([name]) => target.startsWith(name)) ?? ['', ''];
  return (folder + target.slice(alias.length)).replace(/\.js$/, '.ts');
}
