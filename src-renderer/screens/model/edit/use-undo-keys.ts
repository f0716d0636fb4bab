import { useEffect } from 'react';
import type { ModelEditStore } from '../../../stores/model-edit-store.js';
import { isTyping } from '../../../ui/keys.js';

/** Ctrl or Cmd + Z takes an edit back, with Shift (or Y) it comes again. */
export function useUndoKeys(store: ModelEditStore): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey || isTyping(event.target)) return;
      const key = event.key.toLowerCase();
      if (key !== 'z' && key !== 'y') return;
      event.preventDefault();
      if (key === 'y' || event.shiftKey) store.getState().redo();
      else store.getState().undo();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [store]);
}
