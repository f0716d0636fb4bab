import { describe, expect, it } from 'vitest';
import { answerRequests, type SenderFrame, type ShellAnswers } from '#main/electron/ipc/answer-requests.js';
import { pathToReveal } from '#main/electron/ipc/path-to-reveal.js';
import { PagePolicy } from '#main/electron/window/page-policy.js';
import { SILENT_LOG } from '#main/logging/log.js';
import { ServiceFolders } from '#main/storage/service-folders.js';
import { StudioError } from '#shared/errors/studio-error.js';
import { requestChannel, type ShellAnswer, type ShellRequestName } from '#shared/ipc/shell-bridge.js';
import { SHELL_REQUEST_ARGUMENTS } from '#shared/ipc/shell-requests.js';

const OWN: SenderFrame = { url: 'http://127.0.0.1:50123/#/', parent: null };
const JOB = '5b0f0b3a-3c64-4b7a-9d4a-0a4f0e3d8f11';
const PREFERENCES = { closing: 'ask', notifications: true, updates: false } as const;

/** A port as `ipcMain` is one, and what was asked of the shell through it. */
function open(answers: Partial<ShellAnswers> = {}) {
  const handlers = new Map<string, (event: { senderFrame: SenderFrame | null }, ...args: unknown[]) => unknown>();
  const asked: unknown[][] = [];
  const note =
    <Value>(name: string, value: Value) =>
    (...args: unknown[]) => {
      asked.push([name, ...args]);
      return value;
    };
  const close = answerRequests(
    {
      handle: (channel, listener) => handlers.set(channel, listener),
      removeHandler: (channel) => handlers.delete(channel),
    },
    {
      session: note('session', { url: 'http://127.0.0.1:50123', token: 'secret' }),
      facts: note('facts', {
        preferences: PREFERENCES,
        folders: { storage: '/s', settings: '/t' },
        tokenKept: 'file',
        canUpdate: false,
      } as const),
      changePreferences: note('changePreferences', PREFERENCES),
      choosePhotos: note('choosePhotos', undefined),
      takeOpened: note('takeOpened', []),
      readPhoto: note('readPhoto', new Uint8Array([1, 2])),
      rememberDropped: note('rememberDropped', undefined),
      reveal: note('reveal', true),
      ...answers,
    },
    (frame) => new PagePolicy('http://127.0.0.1:50123').isOwnFrame(frame),
    SILENT_LOG,
  );
  const ask = async (name: ShellRequestName, args: unknown[] = [], senderFrame: SenderFrame | null = OWN) =>
    (await handlers.get(requestChannel(name))?.({ senderFrame }, ...args)) as ShellAnswer<unknown>;
  return { ask, asked, handlers, close };
}

describe('requests of the page', () => {
  it('are those of the map and no others', () => {
    const { handlers, close } = open();
    expect([...handlers.keys()].toSorted()).toEqual(
      Object.keys(SHELL_REQUEST_ARGUMENTS)
        .map((name) => `atlas:request:${name}`)
        .toSorted(),
    );
    close();
    expect(handlers.size).toBe(0);
  });

  it('are answered', async () => {
    const { ask, asked } = open();
    expect(await ask('session')).toEqual({ value: { url: 'http://127.0.0.1:50123', token: 'secret' } });
    expect(await ask('changePreferences', [{ closing: 'stop' }])).toEqual({ value: PREFERENCES });
    expect(await ask('reveal', [{ kind: 'artifact', jobId: JOB, name: 'model.glb' }])).toEqual({ value: true });
    expect(asked.map(([name]) => name)).toEqual(['session', 'changePreferences', 'reveal']);
  });

  it.each([
    ['another page', { url: 'https://evil.example/', parent: null }],
    ['a frame in the page', { url: OWN.url, parent: {} }],
    ['a frame that is gone', null],
  ])('are refused when they come from %s', async (_who, frame) => {
    const { ask, asked } = open();
    expect(await ask('session', [], frame)).toMatchObject({ error: { code: 'API_HOST_REFUSED' } });
    expect(asked).toEqual([]);
  });

  it.each([
    ['session', ['extra']],
    ['choosePhotos', []],
    ['choosePhotos', ['/etc']],
    ['readPhoto', ['/etc/passwd']],
    ['readPhoto', [{}]],
    ['changePreferences', [{ closing: 'never' }]],
    ['changePreferences', [{ unknown: 1 }]],
    ['changePreferences', [null]],
    ['rememberDropped', [['']]],
    ['rememberDropped', [Array(6000).fill('/a')]],
    ['reveal', [{ kind: 'folder', folder: '/etc' }]],
    ['reveal', [{ kind: 'path', path: '/etc' }]],
    ['reveal', [{ kind: 'artifact', jobId: '../../etc', name: 'model.glb' }]],
    ['reveal', [{ kind: 'artifact', jobId: JOB, name: '../../../etc/passwd' }]],
    ['reveal', [{ kind: 'artifact', jobId: JOB, name: 'model.glb', and: 'more' }]],
  ] as const)('are refused when their arguments do not fit: %s(%j)', async (name, args) => {
    const { ask, asked } = open();
    expect(await ask(name, [...args])).toMatchObject({ error: { code: 'API_INVALID_REQUEST' } });
    expect(asked).toEqual([]);
  });

  it('fail with a code, and without the stack', async () => {
    const { ask } = open({
      readPhoto() {
        throw new StudioError('INPUT_NOT_FOUND', { cause: new Error('/home/ann/secret') });
      },
      reveal() {
        throw new TypeError('/home/ann/secret');
      },
    });
    const gone = await ask('readPhoto', [JOB]);
    expect(gone).toMatchObject({ error: { code: 'INPUT_NOT_FOUND' } });
    const broken = await ask('reveal', [{ kind: 'folder', folder: 'storage' }]);
    expect(broken).toMatchObject({ error: { code: 'INTERNAL' } });
    expect(JSON.stringify([gone, broken])).not.toContain('secret');
  });
});

describe('what can be shown in the file manager', () => {
  const folders = new ServiceFolders('/storage');
  const reveal = (target: Parameters<typeof pathToReveal>[0]) =>
    pathToReveal(target, { storage: '/storage', settings: '/settings' }, folders);

  it('is a published file of a job, or a folder of the application', () => {
    expect(reveal({ kind: 'artifact', jobId: JOB, name: 'model.glb' })).toBe(folders.artifact(JOB, 'glb'));
    expect(reveal({ kind: 'folder', folder: 'settings' })).toBe('/settings');
  });

  it('is no other file', () => {
    expect(reveal({ kind: 'artifact', jobId: JOB, name: 'token' })).toBeUndefined();
    expect(reveal({ kind: 'artifact', jobId: JOB, name: 'toString' })).toBeUndefined();
    expect(() => reveal({ kind: 'artifact', jobId: '..', name: 'model.glb' })).toThrow(StudioError);
  });
});
