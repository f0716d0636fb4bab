import { describe, expect, it, vi } from 'vitest';
import type { AtlasApi } from '../../../src-renderer/api/atlas-api.js';
import { ProblemError } from '../../../src-renderer/api/problem-error.js';
import { createNoticesStore } from '../../../src-renderer/stores/notices-store.js';
import { createSessionStore } from '../../../src-renderer/stores/session-store.js';
import { createSettingsStore } from '../../../src-renderer/stores/settings-store.js';
import type { ChangeSettings, SettingsResource } from '../../../src-shared/api/settings-schemas.js';

const DEFAULTS: SettingsResource['settings'] = {
  ...{ concurrency: 1, threads: null, jobMemoryBytes: 6 * 1024 ** 3, crashRetries: 2 },
  ...{ minPhotos: 12, maxPhotos: 1000, maxPhotoBytes: 1e8, maxPhotoPixels: 2e8, minFreeDiskBytes: 2e9 },
  ...{ draftHours: 24, workspaceHours: 168, artifactHours: 720 },
};

/** A store over a service that keeps what it is sent. */
function open(fixed: SettingsResource['fixed'] = []) {
  let settings = { ...DEFAULTS };
  const sent: ChangeSettings[] = [];
  const refusal = { current: undefined as Error | undefined };
  const answer = (): SettingsResource => ({ settings, fixed, storage: '/storage' });
  const api = {
    settings: async () => answer(),
    changeSettings: async (changes: ChangeSettings) => {
      if (refusal.current) throw refusal.current;
      sent.push(changes);
      const values = Object.entries(changes).map(([name, value]) => [
        name,
        value ?? DEFAULTS[name as keyof typeof DEFAULTS],
      ]);
      settings = { ...settings, ...Object.fromEntries(values) };
      return answer();
    },
    renewToken: async (take: (token: string) => void) => {
      if (refusal.current) throw refusal.current;
      take('new-token');
    },
  } as unknown as AtlasApi;
  const kept = new Map([['atlas.token', 'old-token']]);
  const session = createSessionStore(
    {
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, value) => void kept.set(key, value),
      removeItem: (key) => void kept.delete(key),
    },
    undefined,
  );
  const notices = createNoticesStore();
  const onChanged = vi.fn();
  const store = createSettingsStore({ api, shell: undefined, session, notices, onChanged });
  return { store, session, notices, sent, refusal, onChanged };
}

const PROBLEM = new ProblemError({
  ...{ type: 'urn:x', title: 'Refused.', status: 409, code: 'SETTING_FIXED', hint: 'Ask.', retryable: false },
});

describe('settings of the service', () => {
  it('are changed one by one, and what depends on them is told', async () => {
    const { store, sent, onChanged } = open();
    await store.getState().load();
    await store.getState().change('minPhotos', 20);
    expect(sent).toEqual([{ minPhotos: 20 }]);
    expect(store.getState().service?.settings.minPhotos).toBe(20);
    expect(onChanged).toHaveBeenCalledOnce();
  });

  it('are not sent when nothing has changed', async () => {
    const { store, sent } = open();
    await store.getState().load();
    await store.getState().change('minPhotos', 12);
    await store.getState().change('threads', null);
    expect(sent).toEqual([]);
  });

  it('can be put back', async () => {
    const { store, notices, sent } = open();
    await store.getState().load();
    await store.getState().change('threads', 2);
    notices.getState().notices.at(-1)?.action?.run();
    await vi.waitFor(() => expect(sent).toEqual([{ threads: 2 }, { threads: null }]));
  });

  it('go back to their defaults together, without those that are fixed, and that can be put back', async () => {
    const { store, notices, sent } = open(['concurrency']);
    await store.getState().load();
    await store.getState().change('minPhotos', 20);
    await store.getState().reset();
    expect(sent.at(-1)).toMatchObject({ minPhotos: null, threads: null });
    expect(sent.at(-1)).not.toHaveProperty('concurrency');
    notices.getState().notices.at(-1)?.action?.run();
    await vi.waitFor(() => expect(store.getState().service?.settings.minPhotos).toBe(20));
  });

  it('stay as they are, and say why, when the service refuses', async () => {
    const { store, notices, refusal } = open();
    await store.getState().load();
    refusal.current = PROBLEM;
    await store.getState().change('minPhotos', 20);
    expect(store.getState().service?.settings.minPhotos).toBe(12);
    expect(notices.getState().notices.at(-1)).toMatchObject({ kind: 'bad', text: 'Refused.', hint: 'Ask.' });
  });
});

describe('renewing the token', () => {
  it('goes on with the new one', async () => {
    const { store, session } = open();
    expect(await store.getState().renewToken()).toBe(true);
    expect(session.getState()).toMatchObject({ token: 'new-token', state: 'ready' });
  });

  it('keeps the old one when it is refused', async () => {
    const { store, session, refusal, notices } = open();
    refusal.current = PROBLEM;
    expect(await store.getState().renewToken()).toBe(false);
    expect(session.getState().token).toBe('old-token');
    expect(notices.getState().notices.at(-1)?.kind).toBe('bad');
  });
});
