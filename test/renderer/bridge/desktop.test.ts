import { describe, expect, it, vi } from 'vitest';
import { connectShell } from '../../../src-renderer/bridge/desktop.js';
import { StudioError } from '../../../src-shared/errors/studio-error.js';
import type { ShellBridge } from '../../../src-shared/ipc/shell-bridge.js';

const bridge = (change: Partial<ShellBridge> = {}): ShellBridge => {
  const answer = <Value>(value: Value) => vi.fn(async () => ({ value }));
  return {
    platform: 'linux',
    session: answer({ url: 'http://127.0.0.1:1', token: 'secret' }),
    facts: answer({
      preferences: { closing: 'ask', notifications: true, updates: false },
      ...{ folders: { storage: '/s', settings: '/t' }, tokenKept: 'keychain', canUpdate: false },
    } as const),
    changePreferences: answer({ closing: 'ask', notifications: true, updates: false } as const),
    choosePhotos: answer(undefined),
    takeOpened: answer([]),
    readPhoto: answer(new Uint8Array([1])),
    reveal: answer(true),
    rememberDropped: vi.fn(),
    on: vi.fn(() => () => {}),
    ...change,
  };
};

describe('the shell’s bridge', () => {
  it('is not there in a browser', () => expect(connectShell({})).toBeUndefined());

  it('answers with values', async () => {
    const shell = connectShell({ atlas: bridge() });
    expect(await shell?.session()).toEqual({ url: 'http://127.0.0.1:1', token: 'secret' });
    expect(await shell?.choosePhotos('folder')).toBeUndefined();
    expect(await shell?.reveal({ kind: 'folder', folder: 'storage' })).toBe(true);
  });

  it('throws what the shell refuses, with its code and hint', async () => {
    const error = new StudioError('INPUT_NOT_FOUND').toJSON();
    const shell = connectShell({ atlas: bridge({ readPhoto: async () => ({ error }) }) });
    const thrown = await shell?.readPhoto('x').catch((reason: unknown) => reason);
    expect(thrown).toBeInstanceOf(StudioError);
    expect(thrown).toMatchObject({ code: 'INPUT_NOT_FOUND', hint: error.hint });
  });

  it('offers everything that the preload offers', () => {
    const offered = bridge();
    expect(Object.keys(connectShell({ atlas: offered }) ?? {}).sort()).toEqual(Object.keys(offered).sort());
  });
});
