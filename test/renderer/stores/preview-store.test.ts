import { describe, expect, it } from 'vitest';
import { createPreviewStore } from '../../../src-renderer/stores/preview-store.js';

const SPARSE = {
  kind: 'sparse',
  cameras: [{ photoId: 1, center: [1, 2, 3], R: [1, 0, 0, 0, 1, 0, 0, 0, 1] }],
  points: [],
} as const;

function openStore() {
  const store = createPreviewStore();
  store.getState().reset('job');
  const take = (preview: Parameters<ReturnType<typeof store.getState>['take']>[1], id: string) =>
    store.getState().take('job', preview, id);
  return { store, take };
}

describe('the preview store', () => {
  it('keeps the newest picture of each photo, newest last', () => {
    const { store, take } = openStore();
    for (const [photoId, id] of [
      [1, 'a'],
      [2, 'b'],
      [1, 'c'],
    ] as const)
      take({ kind: 'depth-map', photoId }, id);
    expect([...store.getState().depthMaps.values()]).toEqual(['b', 'c']);
  });

  it('knows the dense points by photo, and then those of all', () => {
    const { store, take } = openStore();
    take({ kind: 'dense', photoId: 1 }, 'a');
    take({ kind: 'dense' }, 'b');
    take({ kind: 'mesh' }, 'c');
    expect(store.getState()).toMatchObject({ dense: 'b', mesh: 'c' });
    expect(store.getState().densePerPhoto.get(1)).toBe('a');
  });

  it('forgets points and surface when the cameras are solved again', () => {
    const { store, take } = openStore();
    take({ kind: 'dense' }, 'b');
    take({ kind: 'mesh' }, 'c');
    take(
      {
        ...SPARSE,
        cameras: [...SPARSE.cameras].map((c) => ({ ...c, center: [...c.center], R: [...c.R] })),
        points: [],
      },
      'd',
    );
    expect(store.getState()).toMatchObject({ dense: undefined, mesh: undefined });
    expect(store.getState().sparse?.centers).toEqual(new Float32Array([1, 2, 3]));
  });

  it('takes no news of another job', () => {
    const { store } = openStore();
    store.getState().take('other', { kind: 'mesh' }, 'x');
    expect(store.getState().mesh).toBeUndefined();
  });
});
