import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PagePolicy, WEB_PREFERENCES } from '#main/electron/window/page-policy.js';
import { STUDIO_FOLDER, STUDIO_POLICY } from '#main/server/routes/studio.js';

const policy = new PagePolicy('http://127.0.0.1:50123');

describe('the window', () => {
  it('isolates the page from the shell', () => {
    expect(WEB_PREFERENCES).toMatchObject({
      ...{ contextIsolation: true, sandbox: true, webSecurity: true },
      ...{ nodeIntegration: false, nodeIntegrationInWorker: false, nodeIntegrationInSubFrames: false },
      ...{ allowRunningInsecureContent: false, webviewTag: false, navigateOnDragDrop: false },
    });
  });

  it.each(['http://127.0.0.1:50123/', 'http://127.0.0.1:50123/#/jobs', 'http://127.0.0.1:50123/index.html'])(
    'may show %s',
    (address) => expect(policy.mayNavigate(address)).toBe(true),
  );

  it.each([
    'http://127.0.0.1:50124/',
    'http://localhost:50123/',
    'https://127.0.0.1:50123/',
    'http://127.0.0.1:50123/api/v1/jobs',
    'http://127.0.0.1:50123/docs',
    'http://127.0.0.1:50123@evil.example/',
    'https://evil.example/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'data:text/html,hello',
    'blob:http://127.0.0.1:50123/6f1c',
    'about:blank',
    '',
    'not an address',
  ])('may not show %j', (address) => expect(policy.mayNavigate(address)).toBe(false));
});

describe('what the page loads', () => {
  it.each([
    'http://127.0.0.1:50123/api/v1/jobs',
    'ws://127.0.0.1:50123/api/v1/ws',
    'blob:http://127.0.0.1:50123/6f1c',
    'data:image/png;base64,AAAA',
  ])('may be %s', (address) => expect(policy.mayRequest(address)).toBe(true));

  it.each([
    'https://evil.example/pixel.png',
    'http://127.0.0.1:1/',
    'ws://evil.example/',
    'file:///etc/passwd',
    'blob:https://evil.example/6f1c',
    'ftp://127.0.0.1:50123/',
    'nonsense',
  ])('may not be %s', (address) => expect(policy.mayRequest(address)).toBe(false));
});

describe('a link that asks for a new window', () => {
  it.each(['https://colmap.github.io/install.html', 'https://docs.docker.com/', 'http://127.0.0.1:50123/docs/'])(
    'goes to the browser: %s',
    (address) => expect(policy.externalLink(address)).toBe(address),
  );

  it.each([
    'https://evil.example/',
    'http://colmap.github.io/',
    'https://colmap.github.io.evil.example/',
    'https://colmap.github.io@evil.example/',
    'https://user:secret@docs.docker.com/',
    'http://127.0.0.1:50123/#token=abc',
    'http://127.0.0.1:50123/docsomething',
    'file:///bin/sh',
    'smb://evil.example/share',
    'ms-settings:',
    'javascript:alert(1)',
  ])('goes nowhere: %s', (address) => expect(policy.externalLink(address)).toBeUndefined());
});

describe('a message to the shell', () => {
  const url = 'http://127.0.0.1:50123/#/settings';
  it('is heard from the studio itself', () => expect(policy.isOwnFrame({ url, parent: null })).toBe(true));
  it('is not heard from a frame in it', () => expect(policy.isOwnFrame({ url, parent: {} })).toBe(false));
  it('is not heard from another page, nor from a frame that is gone', () => {
    expect(policy.isOwnFrame({ url: 'https://evil.example/', parent: null })).toBe(false);
    expect(policy.isOwnFrame(null)).toBe(false);
  });
});

describe('the policy of the page, in the shell as in browsers', () => {
  const directives = new Map(STUDIO_POLICY.split('; ').map((line) => [line.split(' ')[0], line.split(' ').slice(1)]));

  it('allows nothing that it does not name', () => expect(directives.get('default-src')).toEqual(["'none'"]));

  it('runs scripts of its own files only: none inline, none made at run time, no WebAssembly', () => {
    expect(directives.get('script-src')).toEqual(["'self'"]);
  });

  it('asks nobody but its own service, and is framed by nobody', () => {
    expect(directives.get('connect-src')).toEqual(["'self'", 'blob:']);
    expect(directives.get('frame-ancestors')).toEqual(["'none'"]);
    expect(directives.get('form-action')).toEqual(["'none'"]);
    expect(directives.get('base-uri')).toEqual(["'none'"]);
    expect(directives.has('frame-src')).toBe(false);
    expect(directives.has('object-src')).toBe(false);
  });
});

it('no script of the built studio needs more than the policy gives', () => {
  const folder = join(STUDIO_FOLDER, 'assets');
  const scripts = readdirSync(folder).filter((name) => name.endsWith('.js'));
  expect(scripts.length).toBeGreaterThan(3);
  const greedy = scripts.filter((name) =>
    /\bWebAssembly\.|new Function\(|[^.\w]eval\(/.test(readFileSync(join(folder, name), 'utf8')),
  );
  expect(greedy).toEqual([]);
});
