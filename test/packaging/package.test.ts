import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { REPOSITORY } from '../architecture/source-files.js';
import { writeNoisePhotos } from '../main/cli/noise-photos.js';
import { importClosure } from './import-closure.js';
import { writeStandInElectron } from './stand-in-electron.js';

const require = createRequire(import.meta.url);
const asar = require('@electron/asar') as {
  listPackage(archive: string, options: { isPack: boolean }): string[];
  extractAll(archive: string, folder: string): void;
};

const root = mkdtempSync(join(tmpdir(), 'atlas-package-'));
const resources = join(root, 'out', 'linux-unpacked', 'resources');
const archive = join(resources, 'app.asar');
const unpacked = `${archive}.unpacked`;
const { version } = require('electron/package.json') as { version: string };

/** What electron-builder said. */
let output = '';
/** Paths in the archive, those that lie beside it included. */
let packed: ReadonlySet<string> = new Set();

const isUnpacked = (path: string) => existsSync(join(unpacked, path));
/** Whether a package was packed, wherever its folder was put. */
const hasPackage = (paths: readonly string[], path: string) => {
  const [name = ''] = path.split('node_modules/').slice(-1);
  return paths.some((packed) => packed.endsWith(`node_modules/${name}/package.json`));
};
const isLinux = process.platform === 'linux';
if (!isLinux) process.stdout.write('Skipped: the package with a stand-in for Electron is made on Linux.\n');

beforeAll(async () => {
  if (!isLinux) return;
  await writeStandInElectron(join(root, 'electron'), version);
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [
      join(REPOSITORY, 'src-main/electron/packaging/dist.mjs'),
      ...[
        '--dir',
        '--linux',
        `-c.electronDist=${join(root, 'electron')}`,
        `-c.directories.output=${join(root, 'out')}`,
      ],
    ],
    { cwd: REPOSITORY, encoding: 'utf8', env: { ...process.env, ATLAS_UPDATE_URL: 'https://updates.example/atlas/' } },
  );
  output = stdout + stderr;
  expect(status, output).toBe(0);
  packed = new Set(asar.listPackage(archive, { isPack: false }).map((path) => path.replaceAll('\\', '/').slice(1)));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe.runIf(isLinux)('the package of electron-builder.yml, with a stand-in for Electron', () => {
  it('holds the application: shell, preload, studio, icons, service', () => {
    const wanted = [
      'package.json',
      'NOTICE',
      'dist/src-main/electron/main.js',
      'dist/src-main/electron/preload.cjs',
      'dist/src-main/server/listen.js',
      'dist/renderer/index.html',
      'dist/icons/256x256.png',
    ];
    expect(wanted.filter((path) => !packed.has(path))).toEqual([]);
  });

  it('holds every file and package that the shell and its jobs load', () => {
    const { files, packages } = importClosure([
      'dist/src-main/electron/main.js',
      'dist/src-main/jobs/process/job-process.js',
    ]);
    expect([...files].filter((path) => !packed.has(path))).toEqual([]);
    const missing = [...packages].filter((path) => !hasPackage([...packed], path));
    expect(missing.filter((path) => !path.includes('musl'))).toEqual([]);
    expect(files.size).toBeGreaterThan(200);
  });

  it('holds no sources, tests, maps, command line or build tools', () => {
    const paths = [...packed];
    expect(paths.filter((path) => /\.(tsx?|map)$/.test(path))).toEqual([]);
    expect(paths.filter((path) => /^(src-|test|assets|shared|docker)/.test(path))).toEqual([]);
    expect(paths.filter((path) => /^dist\/(test|src-main\/(cli|electron\/start))(\/|$)/.test(path))).toEqual([]);
    const tools = ['electron', 'electron-builder', 'vite', 'vitest', 'typescript', 'react', 'three', 'playwright-core'];
    expect(tools.filter((name) => packed.has(`node_modules/${name}/package.json`))).toEqual([]);
  });

  it('lays beside the archive all that processes and threads of their own load', () => {
    const tasks = [...packed].filter((path) => /^dist\/src-main\/.*-task\.js$/.test(path));
    expect(tasks.length).toBeGreaterThan(10);
    const { files, packages } = importClosure([
      ...['dist/src-main/jobs/process/job-process.js', 'dist/src-main/kernels/pool/run-task.js', ...tasks],
    ]);
    expect([...files].filter((path) => !isUnpacked(path))).toEqual([]);
    const beside = [...packed].filter(isUnpacked);
    expect([...packages].filter((path) => !hasPackage(beside, path))).toEqual([]);
    // Without it the files would count as CommonJS.
    expect(JSON.parse(readFileSync(join(unpacked, 'package.json'), 'utf8'))).toMatchObject({ type: 'module' });
  });

  it('lays beside the archive every native module and every WebAssembly file', () => {
    const binaries = [...packed].filter((path) => /\.(node|wasm|so|dylib|dll)(\.|$)/.test(path));
    expect(binaries.some((path) => path.endsWith('.node'))).toBe(true);
    expect(binaries.some((path) => path.endsWith('kernel.wasm'))).toBe(true);
    expect(binaries.filter((path) => !isUnpacked(path))).toEqual([]);
  });

  it('keeps shell, preload and service within the archive, whose content is checked', () => {
    expect(
      ['electron/main.js', 'electron/preload.cjs', 'server/listen.js'].filter((path) =>
        isUnpacked(`dist/src-main/${path}`),
      ),
    ).toEqual([]);
  });

  it('was looked at: sizes within the budget, fuses as they must be', () => {
    expect(output).toContain('app.asar:');
    expect(output).toContain('app.asar.unpacked:');
  });

  it('knows where updates are, for it was built so; nobody is asked for them until that is turned on', () => {
    const text = readFileSync(join(resources, 'app-update.yml'), 'utf8');
    expect(text).toContain('provider: generic');
    expect(text).toContain('https://updates.example/atlas/');
  });

  it('keeps only Chromium’s texts in English', () => {
    expect(readdirSync(join(resources, '..', 'locales'))).toEqual(['en-US.pak']);
  });

  it('runs: the service from the archive, jobs and thumbnails from beside it', async () => {
    // Node.js reads no archives: in the archive's place lies a folder of its name with what is in it, far from this repository.
    const installed = join(root, 'installed');
    asar.extractAll(archive, join(installed, 'app.asar'));
    cpSync(unpacked, join(installed, 'app.asar.unpacked'), { recursive: true });
    for (const path of NEVER_FROM_ARCHIVE)
      writeFileSync(join(installed, 'app.asar', path), 'throw new Error("loaded from the archive");');
    const photos = ['1.jpg', '2.jpg', '3.jpg'];
    await writeNoisePhotos(join(installed, 'photos'), photos, 400);
    writeFileSync(join(installed, 'run.mjs'), RUN);
    const { stdout, stderr } = spawnSync(process.execPath, ['run.mjs'], { cwd: installed, encoding: 'utf8' });
    // Photos that show nothing in common: they were read, described and matched.
    expect(stdout, stderr).toBe('{"status":"failed","code":"SFM_NO_OVERLAP","thumbnail":"image/jpeg","page":true}\n');
  });
});

const NEVER_FROM_ARCHIVE = [
  'dist/src-main/jobs/process/job-process.js',
  'dist/src-main/kernels/pool/run-task.js',
  'node_modules/piscina/dist/main.js',
  'node_modules/piscina/dist/index.js',
  'dist/renderer/index.html',
];

const RUN = `
const from = (path) => import('./app.asar/dist/src-main/electron/' + path);
const { startShellService } = await from('service/start-service.js');
const { ShellSettings } = await from('shell-settings.js');
const folder = process.cwd() + '/settings';
const service = await startShellService({
  folder,
  environment: { ATLAS_STORAGE: process.cwd() + '/storage', ATLAS_MIN_PHOTOS: '3', ATLAS_MIN_FREE_DISK_BYTES: '1' },
  settings: new ShellSettings(folder),
  keychain: { isAvailable: () => false },
});
const { client, url, token } = service;
const jobId = await client.submit(['1', '2', '3'].map((name) => process.cwd() + '/photos/' + name + '.jpg'));
const [photo] = await client.images(jobId);
const picture = await fetch(url + '/api/v1/jobs/' + jobId + '/images/' + photo.photo_id + '/thumbnail?size=320', {
  headers: { authorization: 'Bearer ' + token },
});
const { status, error } = await client.wait(jobId);
const page = (await (await fetch(url)).text()).includes('id="root"');
console.log(JSON.stringify({ status, code: error?.code, thumbnail: picture.headers.get('content-type'), page }));
await service.close();
`;
