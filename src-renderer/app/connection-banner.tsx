import { Unplug } from 'lucide-react';
import { useStore } from 'zustand';
import { useStudio } from '../stores/use-studio.js';
import { texts } from '../ui/texts.js';

/** Says that the service does not answer, as long as it does not. */
export function ConnectionBanner() {
  const { connection } = useStudio();
  const isLost = useStore(connection, ({ state }) => state === 'lost');
  if (!isLost) return null;
  return (
    <div className="banner" role="alert">
      <Unplug size={18} aria-hidden />
      <p>
        <strong>{texts.connection.lost}</strong> {texts.connection.lostHint}
      </p>
    </div>
  );
}
