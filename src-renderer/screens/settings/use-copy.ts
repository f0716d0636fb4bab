import { useStudio } from '../../stores/use-studio.js';
import { texts } from '../../ui/texts.js';

/** Copies a text and says so. */
export function useCopy(): (text: string) => void {
  const { notices } = useStudio();
  return (text) =>
    void navigator.clipboard
      .writeText(text)
      .then(() => notices.getState().show({ kind: 'good', text: texts.common.copied }, 2));
}
