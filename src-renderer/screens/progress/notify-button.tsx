import { Bell, BellRing } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../../ui/button.js';
import { texts } from '../../ui/texts.js';

/** Asks the browser to tell when the work has ended. */
export function NotifyButton() {
  const [permission, setPermission] = useState(() => ('Notification' in window ? Notification.permission : 'denied'));
  if (permission === 'denied') return null;
  if (permission === 'granted') {
    return (
      <span className="progress-notify">
        <BellRing size={14} aria-hidden /> {texts.progress.notifyOn}
      </span>
    );
  }
  return (
    <Button size="s" kind="quiet" icon={Bell} onPress={() => void Notification.requestPermission().then(setPermission)}>
      {texts.progress.notify}
    </Button>
  );
}
