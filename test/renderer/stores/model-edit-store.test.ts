import { describe, expect, it } from 'vitest';
import { createModelEditStore, sameEdits, withEdits } from '../../../src-renderer/stores/model-edit-store.js';
import { ReconstructOptionsSchema } from '../../../src-shared/pipeline/reconstruct-options.js';

const BOX = { center: [0, 0.5, 0], size: [1, 1, 1], rotation: [0, 0, 0, 1] };
const QUARTER = [0, Math.SQRT1_2, 0, Math.SQRT1_2];

function opened() {
  const store = createModelEditStore();
  store.getState().open('job', {});
  return store;
}

describe('edits of a model', () => {
  it('are wishes until they are applied, each step undone and done again', () => {
    const store = opened();
    const { change, undo, redo } = store.getState();
    change({ crop: BOX });
    change({ turn: QUARTER });
    expect(store.getState()).toMatchObject({ applied: {}, wanted: { crop: BOX, turn: QUARTER } });
    undo();
    expect(store.getState().wanted).toEqual({ crop: BOX });
    undo();
    expect(store.getState().wanted).toEqual({});
    undo();
    redo();
    redo();
    expect(store.getState().wanted).toEqual({ crop: BOX, turn: QUARTER });
    redo();
    expect(store.getState().future).toEqual([]);
  });

  it('make one step of a drag, and none of a drag that comes back', () => {
    const store = opened();
    const { drag, endDrag, undo } = store.getState();
    for (const side of [1, 2, 3]) drag({ crop: { ...BOX, size: [side, 1, 1] } });
    endDrag();
    expect(store.getState().past).toHaveLength(1);
    undo();
    expect(store.getState().wanted).toEqual({});
    drag({ scale: 2 });
    drag({ scale: undefined });
    endDrag();
    expect(store.getState().past).toHaveLength(0);
  });

  it('end what could be done again when something else is changed', () => {
    const store = opened();
    const { change, undo } = store.getState();
    change({ scale: 1 });
    undo();
    change({ scale: 2 });
    expect(store.getState().future).toEqual([]);
  });

  it('stay wished while the same capture is shown in another version, and go with another capture', () => {
    const store = opened();
    store.getState().change({ scale: 3 });
    store.getState().open('job', { scale: 3 });
    expect(sameEdits(store.getState().wanted, store.getState().applied)).toBe(true);
    store.getState().undo();
    expect(sameEdits(store.getState().wanted, store.getState().applied)).toBe(false);
    store.getState().discard();
    expect(store.getState().wanted).toEqual({ scale: 3 });
    store.getState().open('other', {});
    expect(store.getState()).toMatchObject({ wanted: {}, past: [], future: [] });
  });

  it('follow a model that was written anew from elsewhere where nothing else was wished', () => {
    const store = opened();
    store.getState().open('job', { scale: 2 });
    expect(store.getState().wanted).toEqual({ scale: 2 });
  });

  it('keep two measured points, and begin anew with the third', () => {
    const store = opened();
    const { measure } = store.getState();
    measure([0, 0, 0]);
    measure([1, 0, 0]);
    expect(store.getState().measured).toHaveLength(2);
    measure([2, 0, 0]);
    expect(store.getState().measured).toEqual([[2, 0, 0]]);
  });

  it('take the place of those that the options had', () => {
    const options = ReconstructOptionsSchema.parse({ tier: 'preview', scale: 2, crop: BOX });
    expect(withEdits(options, { turn: QUARTER })).toEqual({
      ...ReconstructOptionsSchema.parse({ tier: 'preview', turn: QUARTER }),
    });
  });
});
