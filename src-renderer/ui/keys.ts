import { useEffect, useState } from 'react';

/** Whether a key goes into a text, or to a dialog that is open. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.closest('[role="dialog"],[role="menu"],[role="listbox"]')) return true;
  return target instanceof HTMLInputElement ? target.type !== 'range' : target instanceof HTMLTextAreaElement;
}

/** Keys of a screen, as long as it is shown. Letters in lower case; `Delete`, `Escape` and the like as browsers name them. */
export function useKeys(keys: Readonly<Record<string, () => void>>): void {
  const [current] = useState(() => ({ keys }));
  useEffect(() => {
    current.keys = keys;
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isTyping(event.target)) return;
      const run = current.keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
      if (!run) return;
      event.preventDefault();
      run();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [current]);
}
