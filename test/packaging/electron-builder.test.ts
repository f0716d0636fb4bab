import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { REPOSITORY } from '../architecture/source-files.js';
import { importClosure, packageName } from './import-closure.js';

const require = createRequire(import.meta.url);
const builder = createRequire(require.resolve('electron-builder/package.json'));
const { getConfig, validateConfiguration } = builder('app-builder-lib/out/util/config/config.js') as {
  getConfig(project: string, file: string, overrides: null): Promise<Configuration>;
  validateConfiguration(configuration: Configuration, log: { isEnabled: boolean; add(): void }): Promise<void>;
};
const { minimatch } = createRequire(builder.resolve('app-builder-lib/package.json'))('minimatch') as {
  minimatch(path: string, pattern: string, options: { dot: boolean }): boolean;
};

interface Configuration {
  readonly [name: string]: unknown;
  readonly files: readonly ({ filter: readonly string[] } | string)[];
  readonly asarUnpack: readonly string[];
  readonly electronFuses: Record<string, boolean>;
  readonly publish: null;
  readonly mac: { icon: string; entitlements: string; hardenedRuntime: boolean; notarize: boolean };
  readonly win: { icon: string };
}

let configuration: Configuration;
beforeAll(async () => {
  configuration = await getConfig(REPOSITORY, join(REPOSITORY, 'electron-builder.yml'), null);
});
const isThere = (path: string) => existsSync(join(REPOSITORY, path));
const list = (folder: string) =>
  readdirSync(join(REPOSITORY, folder), { recursive: true, encoding: 'utf8' }).map((name) =>
    `${folder}/${name}`.replaceAll('\\', '/'),
  );

describe('electron-builder.yml', () => {
  it('fits electron-builder’s own schema', async () => {
    await validateConfiguration(configuration, { isEnabled: false, add() {} });
    const wrong = { ...configuration, asarUnpackk: [] };
    await expect(validateConfiguration(wrong, { isEnabled: false, add() {} })).rejects.toThrow(/asarUnpackk/);
  });

  it('names nothing that is not there: each pattern matches a file', () => {
    const paths = [...['package.json', 'LICENSE', 'NOTICE'], ...list('dist'), ...list('node_modules')];
    const files = configuration.files.flatMap((entry) => (typeof entry === 'string' ? [entry] : entry.filter));
    const patterns = [...files, ...configuration.asarUnpack].map((pattern) => pattern.replace(/^!/, ''));
    expect(patterns.length).toBeGreaterThan(40);
    // A package for another system is not installed on this one.
    const dead = patterns.filter(
      (pattern) => !/musl/.test(pattern) && !paths.some((path) => minimatch(path, pattern, { dot: true })),
    );
    expect(dead).toEqual([]);
  });

  it('has the files that it names', () => {
    const { mac, win } = configuration;
    expect([mac.icon, mac.entitlements, win.icon, 'dist/icons/512x512.png'].filter((path) => !isThere(path))).toEqual(
      [],
    );
  });

  it('hardens what macOS runs, and loosens only what compiling at run time needs', () => {
    expect(configuration.mac).toMatchObject({ hardenedRuntime: true, notarize: true });
    const keys = [
      ...readFileSync(join(REPOSITORY, configuration.mac.entitlements), 'utf8').matchAll(/<key>(.*?)<\/key>/g),
    ];
    expect(keys.map(([, key]) => key)).toEqual(['com.apple.security.cs.allow-jit']);
  });

  it('sets the fuses that the check of packages looks for', async () => {
    const { FUSES } = (await import('../../src-main/electron/packaging/check-package.mjs' as string)) as {
      FUSES: Record<string, boolean>;
    };
    const set = Object.entries(configuration.electronFuses).map(([name, isOn]) => [
      `${name[0]?.toUpperCase()}${name.slice(1)}`,
      isOn,
    ]);
    expect(Object.fromEntries(set)).toMatchObject(FUSES);
  });

  it('uploads nothing and looks for no updates unless it is told where', () => {
    expect(configuration.publish).toBeNull();
    const { status, stderr } = spawnSync(process.execPath, ['src-main/electron/packaging/dist.mjs'], {
      cwd: REPOSITORY,
      encoding: 'utf8',
      env: { ...process.env, ATLAS_UPDATE_URL: 'http://updates.example/' },
    });
    expect(status).toBe(2);
    expect(stderr).toContain('https');
  });
});

it('all that the packaged application imports is among the dependencies, not the development ones', () => {
  const { dependencies } = JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  const { files } = importClosure(['dist/src-main/electron/main.js', 'dist/src-main/jobs/process/job-process.js']);
  const imported = new Set(
    [...files]
      .filter((path) => path.endsWith('.js'))
      .flatMap((path) => [
        ...readFileSync(join(REPOSITORY, path), 'utf8').matchAll(/^import .*?from ['"]([^.'"][^'"]*)['"]/gm),
      ])
      .map(([, target = '']) => target)
      .filter((target) => !target.startsWith('node:') && target !== 'electron')
      .map(packageName),
  );
  expect(imported.size).toBeGreaterThan(15);
  expect([...imported].filter((name) => !(name in dependencies))).toEqual([]);
});

it('draws the icons of each system from one source', () => {
  const icns = readFileSync(join(REPOSITORY, 'dist/icons/icon.icns'));
  expect(icns.toString('latin1', 0, 4)).toBe('icns');
  expect(icns.readUInt32BE(4)).toBe(icns.length);
  const ico = readFileSync(join(REPOSITORY, 'dist/icons/icon.ico'));
  const sizes = Array.from({ length: ico.readUInt16LE(4) }, (_, at) => ico.readUInt8(6 + 16 * at) || 256);
  expect(sizes).toContain(256);
  for (let at = 0; at < sizes.length; at++) {
    const offset = ico.readUInt32LE(6 + 16 * at + 12);
    expect(ico.toString('latin1', offset + 1, offset + 4)).toBe('PNG');
    expect(ico.readUInt32BE(offset + 16)).toBe(sizes[at]);
  }
});
