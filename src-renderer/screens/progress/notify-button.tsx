import { Bell, BellRing } from 'lucide-react';
import { useState } from 'react';
import { useStore } from 'zustand';
import { useStudio } from '../../stores/use-studio.js';
import { Button } from '../../ui/button.js';
import { texts } from '../../ui/texts.js';

/** Asks to be told when the work has ended: the desktop application, else the browser. */
export function NotifyButton() {
  const { settings } = useStudio();
  const preferences = useStore(settings, (state) => state.shell?.preferences);
  const [permission, setPermission] = useState(() => ('Notification' in window ? Notification.permission : 'denied'));
  if (preferences ? preferences.notifications : permission === 'granted') {
    return (
      <span className="progress-notify">
        <BellRing size={14} aria-hidden /> {texts.progress.notifyOn}
      </span>
    );
  }
  if (!preferences && permission === 'denied') return null;
  const ask = () =>
    preferences
      ? settings.getState().changePreferences({ notifications: true })
      : Notification.requestPermission().then(setPermission);
  return (
    <Button size="s" kind="quiet" icon={Bell} onPress={() => void ask()}>
      {texts.progress.notify}
    </Button>
  );
}
