import { describe, expect, it } from 'vitest';
import { createSessionStore, takeToken } from '../../../src-renderer/stores/session-store.js';

function memory() {
  const entries = new Map<string, string>();
  return {
    entries,
    getItem: (key: string) => entries.get(key) ?? null,
    setItem: (key: string, value: string) => void entries.set(key, value),
    removeItem: (key: string) => void entries.delete(key),
  };
}

describe('takeToken', () => {
  it('takes the token and leaves the rest of the fragment', () => {
    expect(takeToken('#token=abc-_1')).toEqual({ token: 'abc-_1', rest: '' });
    expect(takeToken('#token=abc&/jobs')).toEqual({ token: 'abc', rest: '#/jobs' });
  });

  it('leaves other fragments alone', () => {
    expect(takeToken('#/captures')).toEqual({ token: undefined, rest: '#/captures' });
  });
});

describe('the session', () => {
  it('keeps the token for a reload', () => {
    const storage = memory();
    createSessionStore(storage, 'abc');
    expect(createSessionStore(storage, undefined).getState()).toMatchObject({ token: 'abc', state: 'ready' });
  });

  it('asks for a token when the service refuses the one it has, and forgets that', () => {
    const storage = memory();
    const session = createSessionStore(storage, 'abc');
    session.getState().refuse();
    expect(session.getState()).toMatchObject({ token: undefined, state: 'refused' });
    expect(storage.entries.size).toBe(0);
  });
});
