import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { REPOSITORY } from './source-files.js';

const read = (name: string) => readFileSync(join(REPOSITORY, name), 'utf8');
const { dependencies } = JSON.parse(read('package.json')) as { dependencies: Record<string, string> };
const { packages } = JSON.parse(read('package-lock.json')) as {
  packages: Record<string, { license?: string; dev?: boolean; resolved?: string }>;
};

/** Licences under which a package may be used unmodified beside Apache-2.0 code. */
const ACCEPTED =
  /^(MIT|ISC|0BSD|BSD-[23]-Clause|BlueOak-1\.0\.0|Apache-2\.0|Unlicense|CC0-1\.0|MPL-2\.0|LGPL-3\.0(-or-later)?|Python-2\.0)$/;

describe('licences', () => {
  it('of all packages that are installed for users are known and fit', () => {
    const unfit = Object.entries(packages)
      .filter(([path, { dev }]) => path !== '' && !dev)
      .filter(
        ([, { license = '' }]) =>
          !license
            .replace(/[()]/g, '')
            .split(/ AND | OR /)
            .every((name) => ACCEPTED.test(name)),
      )
      .map(([path, { license }]) => `${path}: ${license}`);
    expect(unfit).toEqual([]);
  });

  it('are told in NOTICE for every package that we depend on', () => {
    const notice = read('NOTICE');
    expect(Object.keys(dependencies).filter((name) => !notice.includes(name))).toEqual([]);
  });

  it('pins every dependency to one version', () => {
    expect(Object.entries(dependencies).filter(([, version]) => !/^\d+\.\d+\.\d+/.test(version))).toEqual([]);
  });
});
