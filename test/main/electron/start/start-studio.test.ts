import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ElectronProgram, findElectron } from '#main/electron/start/find-electron.js';
import { startStudio } from '#main/electron/start/start-studio.js';

const STUDIO = { program: 'node', args: ['atlas', 'studio'] };
const SHELL = { folder: '/atlas', args: ['photos'] };

/** @param found what is found, one after the other */
async function start(
  found: readonly ElectronProgram[],
  change: { installs?: boolean; environment?: Record<string, string> } = {},
) {
  const ran: string[] = [];
  const said: string[] = [];
  const left = [...found];
  const exitCode = await startStudio(
    {
      platform: 'linux',
      environment: change.environment ?? { DISPLAY: ':0' },
      find: () => left.shift() ?? { state: 'no-package' },
      install: async (installer) => {
        ran.push(`install ${installer}`);
        return change.installs ?? false;
      },
      run: async (program, args) => {
        ran.push([program, ...args].join(' '));
        return 0;
      },
      say: (line) => said.push(line),
    },
    SHELL,
    STUDIO,
  );
  return { ran, said: said.join('\n'), exitCode };
}

describe('npm start', () => {
  const here: ElectronProgram = { state: 'here', path: '/electron' };
  const toFetch: ElectronProgram = { state: 'to-fetch', installer: 'install.js' };

  it('starts the desktop application with what it was given', async () => {
    expect(await start([here])).toEqual({ ran: ['/electron /atlas photos'], said: '', exitCode: 0 });
  });

  it('fetches the program once where it is missing, and says so', async () => {
    const { ran, said } = await start([toFetch, here], { installs: true });
    expect(ran).toEqual(['install install.js', '/electron /atlas photos']);
    expect(said).toContain('fetched once');
  });

  it('opens the studio in the browser where the program cannot be had, and says so', async () => {
    const { ran, said } = await start([toFetch]);
    expect(ran).toEqual(['install install.js', 'node atlas studio']);
    expect(said).toContain('could not be had');
    expect(said).toContain('npm run studio');
  });

  it('does not take an installer’s word for it', async () => {
    const { ran } = await start([toFetch, toFetch], { installs: true });
    expect(ran).toEqual(['install install.js', 'node atlas studio']);
  });

  it('opens the studio in the browser where development packages are left out', async () => {
    const { ran, said } = await start([{ state: 'no-package' }]);
    expect(ran).toEqual(['node atlas studio']);
    expect(said).toContain('not installed');
  });

  it('does not try where there is no display', async () => {
    const { ran, said } = await start([here], { environment: {} });
    expect(ran).toEqual(['node atlas studio']);
    expect(said).toContain('no display');
  });
});

describe('looking for Electron’s program', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'atlas-electron-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const find = (environment = {}) => findElectron(() => join(folder, 'package.json'), environment);
  const installer = () => join(folder, 'install.js');

  it('finds it where its installer has put it', () => {
    mkdirSync(join(folder, 'dist'));
    writeFileSync(join(folder, 'path.txt'), 'electron');
    expect(find()).toEqual({ state: 'to-fetch', installer: installer() });
    writeFileSync(join(folder, 'dist', 'electron'), '');
    expect(find()).toEqual({ state: 'here', path: join(folder, 'dist', 'electron') });
  });

  it('tells a package whose program was not fetched', () => {
    expect(find()).toEqual({ state: 'to-fetch', installer: installer() });
  });

  it('finds one of the person’s own', () => {
    writeFileSync(join(folder, 'electron'), '');
    expect(find({ ELECTRON_OVERRIDE_DIST_PATH: folder })).toEqual({ state: 'here', path: join(folder, 'electron') });
  });

  it('tells where there is no package', () => {
    const missing = () => {
      throw new Error('Cannot find module');
    };
    expect(findElectron(missing, {})).toEqual({ state: 'no-package' });
  });
});
