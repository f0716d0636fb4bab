import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AccessToken } from '#main/server/access-token.js';
import { CONFIG_VARIABLES, loadServiceConfig } from '#main/server/config.js';
import { runAtlas } from '../cli/run-atlas.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'atlas-config-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function file(content: string): Promise<string> {
  const path = join(folder, `${Math.random()}.json`);
  await writeFile(path, content);
  return path;
}

describe('the configuration', () => {
  it('binds to this machine alone, with nothing open, when nothing is said', () => {
    const config = loadServiceConfig({ environment: {} });
    expect(config).toMatchObject({ host: '127.0.0.1', port: 8787, corsOrigins: [], allowedHosts: [], minPhotos: 12 });
    expect(config.webhookAllowPrivate).toBe(false);
  });

  it('takes the file, over it the environment, over that the flags', async () => {
    const path = await file('{"port": 1, "maxPhotos": 100, "minPhotos": 5}');
    const environment = { ATLAS_PORT: '2', ATLAS_MAX_PHOTOS: '200' };
    const config = loadServiceConfig({ file: path, environment, flags: { port: 3 } });
    expect(config).toMatchObject({ port: 3, maxPhotos: 200, minPhotos: 5 });
  });

  it('reads variables by what their setting is', () => {
    const config = loadServiceConfig({
      environment: {
        ATLAS_API_KEY: '12345678901234567890',
        ATLAS_ALLOWED_HOSTS: 'one.example, two.example',
        ATLAS_CORS_ORIGINS: '["https://studio.example"]',
        ATLAS_TRUST_PROXY: 'true',
        ATLAS_TLS: '{"certificate":"a.pem","key":"b.pem"}',
        ATLAS_CLAMD: '127.0.0.1:3310',
        ATLAS_THREADS: '',
      },
    });
    expect(config).toMatchObject({
      apiKey: '12345678901234567890',
      allowedHosts: ['one.example', 'two.example'],
      corsOrigins: ['https://studio.example'],
      trustProxy: true,
      tls: { certificate: 'a.pem', key: 'b.pem' },
      clamd: '127.0.0.1:3310',
    });
    expect(config.threads).toBeUndefined();
    expect(Object.keys(CONFIG_VARIABLES)).toContain('ATLAS_REQUESTS_PER_MINUTE');
  });

  it.each([
    ['a wrong type', { ATLAS_PORT: 'abc' }, undefined, 'port'],
    ['a value outside its range', { ATLAS_PORT: '70000' }, undefined, 'port'],
    ['a short key', { ATLAS_API_KEY: 'short' }, undefined, 'apiKey'],
    ['a key that no header can carry', { ATLAS_API_KEY: 'a key with spaces in it' }, undefined, 'apiKey'],
    ['an unknown setting', {}, '{"prot": 1}', 'prot'],
    ['a file that is not JSON', {}, '{port: 1}', 'cannot be read'],
    ['a file of something else', {}, '[1]', 'cannot be read'],
  ])('%s: is refused and named', async (_name, environment, content, named) => {
    const path = content === undefined ? {} : { file: await file(content) };
    const load = () => loadServiceConfig({ ...path, environment: environment as Record<string, string> });
    expect(load).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining(named) }));
  });

  it('is printed by doctor without the key, and by the help of serve with every variable', async () => {
    const path = await file(JSON.stringify({ port: 4321, apiKey: 'very-secret-key-0123456789' }));
    const doctor = await runAtlas(['doctor', '--config', path]);
    expect(doctor.stdout).toMatch(/port\s+4321/);
    expect(doctor.stdout).not.toContain('very-secret-key');
    const help = await runAtlas(['serve', '--help']);
    for (const variable of Object.keys(CONFIG_VARIABLES)) expect(help.stdout).toContain(variable);
  });

  it('that is wrong ends the service at once, with what is wrong', async () => {
    const path = await file('{"concurrency": 0}');
    const { code, stderr } = await runAtlas(['serve', '--config', path, '--storage', join(folder, 's')]);
    expect(code).not.toBe(0);
    expect(stderr).toContain('CONFIG_INVALID');
    expect(stderr).toContain('concurrency');
  });

  it('with storage that cannot be written ends the service with what to do', async () => {
    const storage = join(await file('not a folder'), 'storage');
    const { code, stderr } = await runAtlas(['serve', '--port', '0', '--storage', storage]);
    expect(code).toBe(2);
    expect(stderr).toContain('OUTPUT_NOT_WRITABLE');
    expect(stderr).toContain(`The storage folder ${storage} cannot be written`);
    expect(stderr).toMatch(/why .*ENOTDIR/);
    expect(stderr).toContain('--storage');
  });
});

describe('the access token', () => {
  it('is made once, long, for its owner alone, and again when a crash has left an empty file', async () => {
    const path = join(folder, 'token');
    await writeFile(path, '');
    const open = (given?: string) => new AccessToken({ token: given, isFixed: given !== undefined, file: path }).value;
    const token = open();
    expect(token).toMatch(/^[\w-]{43}$/);
    expect(open()).toBe(token);
    expect((await readFile(path, 'utf8')).trim()).toBe(token);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(open('configured-key-0123456')).toBe('configured-key-0123456');
  });

  it('equals only itself', () => {
    const access = new AccessToken({ token: 'abc', isFixed: true, file: join(folder, 'none') });
    expect(access.matches('abc')).toBe(true);
    for (const other of ['', 'ab', 'abcd', 'abd']) expect(access.matches(other)).toBe(false);
  });
});
