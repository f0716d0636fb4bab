import { describe, expect, it, vi } from 'vitest';
import type { AtlasApi } from '../../../src-renderer/api/atlas-api.js';
import { UnreachableError } from '../../../src-renderer/api/problem-error.js';
import { createUploadsStore, uploadTotals } from '../../../src-renderer/stores/uploads-store.js';
import { StudioError } from '../../../src-shared/errors/studio-error.js';

const API = {} as AtlasApi;
const file = (name: string, bytes = 10) => new File([new Uint8Array(bytes)], name);
const settled = () => new Promise((resolve) => setTimeout(resolve, 5));

describe('uploads', () => {
  it('sends three at a time and tells when each has arrived', async () => {
    let running = 0;
    let most = 0;
    const onStored = vi.fn();
    const store = createUploadsStore(API, onStored, async () => {
      most = Math.max(most, ++running);
      await settled();
      running--;
      return { isDuplicate: false };
    });
    store.getState().add(
      'job',
      Array.from({ length: 7 }, (_, index) => file(`${index}.jpg`)),
      [],
    );
    await vi.waitFor(() => expect(onStored).toHaveBeenCalledTimes(7));
    expect(most).toBe(3);
    expect(uploadTotals(store.getState().uploads, 'job')).toEqual({ count: 7, open: 0, fraction: 1 });
  });

  it('does not send what the draft has already', async () => {
    const send = vi.fn(async () => ({ isDuplicate: false }));
    const store = createUploadsStore(API, () => {}, send);
    store.getState().add('job', [file('a.jpg'), file('b.jpg')], [{ name: 'a.jpg', bytes: 10 }]);
    await settled();
    expect(send).toHaveBeenCalledTimes(1);
    expect(store.getState().uploads.map(({ state }) => state)).toEqual(['duplicate', 'done']);
  });

  it('keeps what failed, with the reason, and sends it again when asked', async () => {
    const send = vi.fn(async () => ({ isDuplicate: false }));
    send.mockRejectedValueOnce(new UnreachableError('gone'));
    const store = createUploadsStore(API, () => {}, send);
    store.getState().add('job', [file('a.jpg')], []);
    await settled();
    expect(store.getState().uploads[0]).toMatchObject({ state: 'failed', problem: { title: expect.any(String) } });
    store.getState().retry(store.getState().uploads[0]?.id ?? 0);
    await settled();
    expect(store.getState().uploads[0]?.state).toBe('done');
  });

  it('reads a photo of the desktop shell when its turn has come, and tells when it is gone', async () => {
    const send = vi.fn(async () => ({ isDuplicate: false }));
    const store = createUploadsStore(API, () => {}, send);
    const later = (name: string, open: () => Promise<File>) => ({ name, size: 10, open });
    const gone = later('b.jpg', () => Promise.reject(new StudioError('INPUT_NOT_FOUND')));
    store.getState().add('job', [later('a.jpg', async () => file('a.jpg')), gone], []);
    await vi.waitFor(() => expect(store.getState().uploads.map(({ state }) => state)).toEqual(['done', 'failed']));
    expect(send).toHaveBeenCalledTimes(1);
    expect(store.getState().uploads[1]?.problem?.title).toBe('The photos were not found.');
  });
});
