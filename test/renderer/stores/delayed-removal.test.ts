import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { DelayedRemoval, UNDO_SECONDS } from '../../../src-renderer/stores/delayed-removal.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('removes when the time to take it back is over', () => {
  const remove = vi.fn();
  new DelayedRemoval().schedule('a', remove);
  vi.advanceTimersByTime(UNDO_SECONDS * 1000 - 1);
  expect(remove).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(remove).toHaveBeenCalledOnce();
});

it('removes nothing that was taken back', () => {
  const remove = vi.fn();
  const removal = new DelayedRemoval();
  removal.schedule('a', remove);
  expect(removal.cancel('a')).toBe(true);
  removal.finishAll();
  vi.advanceTimersByTime(60_000);
  expect(remove).not.toHaveBeenCalled();
});
