import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { CONFIG_VARIABLES } from '#main/server/config.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string) => readFileSync(root + path, 'utf8');
const dockerfile = read('docker/Dockerfile').replaceAll('\\\n', ' ');
const instructions = dockerfile
  .split('\n')
  .filter((line) => line.trim() !== '' && !line.startsWith('#'))
  .map((line) => {
    const [, name = '', rest = ''] = /^\s*(\w+)\s+(.*)$/.exec(line) ?? [];
    return { name, words: rest.split(/\s+/), rest };
  });
const all = (name: string) => instructions.filter((instruction) => instruction.name === name);

describe('the image of the service', () => {
  it('copies only what is in the repository, or what it has built', () => {
    const sources = all('COPY').flatMap(({ words }) => {
      const isBuilt = words[0]!.startsWith('--from=');
      return words.slice(isBuilt ? 1 : 0, -1).map((path) => (isBuilt ? path.replace('/app/', '') : path));
    });
    expect(sources.length).toBeGreaterThan(9);
    const made = ['dist/', 'node_modules/'];
    expect(sources.filter((path) => !made.includes(path) && !existsSync(root + path))).toEqual([]);
    const ignored = read('docker/Dockerfile.dockerignore').split('\n');
    expect(sources.filter((path) => ignored.includes(path.replace(/\/$/, '')) && !made.includes(path))).toEqual([]);
  });

  it('copies all that the build reads', () => {
    const { include } = JSON.parse(read('tsconfig.build.json')) as { include: string[] };
    const copied = all('COPY').flatMap(({ words }) => words.slice(0, -1).filter((path) => path.endsWith('/')));
    expect(include.filter((folder) => !copied.some((path) => `${folder}/`.startsWith(path)))).toEqual([]);
  });

  it('runs scripts that there are, as nobody in particular, and is asked whether it lives', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const run = all('RUN').flatMap(({ rest }) => [...rest.matchAll(/npm run ([\w:]+)/g)].map((match) => match[1]!));
    expect(run.filter((name) => !(name in scripts))).toEqual([]);
    expect(all('USER').at(-1)?.rest).toBe('node');
    expect(all('HEALTHCHECK')).toHaveLength(1);
    const [, main] = JSON.parse(all('CMD').at(-1)!.rest) as string[];
    expect(main).toBe((JSON.parse(read('package.json')) as { bin: { atlas: string } }).bin.atlas);
  });

  it('and its compose file know only settings that there are', () => {
    const text = dockerfile + read('docker/compose.yaml');
    const set = [...text.matchAll(/^\s+(ATLAS_\w+):|(ATLAS_\w+)=/gm)].map((match) => match[1] ?? match[2]!);
    expect(set.length).toBeGreaterThan(4);
    expect(set.filter((name) => !(name in CONFIG_VARIABLES))).toEqual([]);
  });
});
