import { useState } from 'react';
import { useStore } from 'zustand';
import { CLOSE_CHOICES, type ShellFacts } from '../../../src-shared/ipc/shell-bridge.js';
import { useStudio } from '../../stores/use-studio.js';
import { Button } from '../../ui/button.js';
import { Segments } from '../../ui/choice.js';
import { Switch } from '../../ui/switch.js';
import { texts } from '../../ui/texts.js';
import { Group, Row } from './group.js';

/** Window and messages: of the desktop application, or as far as a browser has them. */
export function DesktopGroup() {
  const { settings, shell } = useStudio();
  const facts = useStore(settings, (state) => state.shell);
  if (shell && !facts) return null;
  return <Group title={texts.settings.desktop}>{facts ? <DesktopRows facts={facts} /> : <BrowserRows />}</Group>;
}

function DesktopRows({ facts: { preferences, canUpdate } }: { readonly facts: ShellFacts }) {
  const { settings } = useStudio();
  const change = settings.getState().changePreferences;
  return (
    <>
      <Row name={texts.settings.closing}>
        <Segments
          label={texts.settings.closing}
          value={preferences.closing}
          values={CLOSE_CHOICES.map((id) => ({ id, text: texts.settings.closings[id] }))}
          onChange={(closing) => void change({ closing })}
        />
      </Row>
      <Row name={texts.settings.notifications} hint={texts.settings.notificationsHint}>
        <Switch
          label={texts.settings.notifications}
          isOn={preferences.notifications}
          onChange={(notifications) => void change({ notifications })}
        />
      </Row>
      <Row name={texts.settings.updates} hint={canUpdate ? texts.settings.updatesHint : texts.settings.updatesNone}>
        <Switch
          label={texts.settings.updates}
          isOn={canUpdate && preferences.updates}
          isDisabled={!canUpdate}
          onChange={(updates) => void change({ updates })}
        />
      </Row>
    </>
  );
}

const permissionNow = (): NotificationPermission | 'none' =>
  'Notification' in window ? Notification.permission : 'none';

const PERMISSION_HINTS = {
  none: texts.settings.notificationsNone,
  denied: texts.settings.notificationsDenied,
  default: texts.settings.notificationsHint,
  granted: texts.settings.notificationsHint,
} as const;

function BrowserRows() {
  const [permission, setPermission] = useState(permissionNow);
  return (
    <>
      <Row name={texts.settings.notifications} hint={PERMISSION_HINTS[permission]}>
        {permission === 'default' ? (
          <Button size="s" onPress={() => void Notification.requestPermission().then(setPermission)}>
            {texts.settings.allow}
          </Button>
        ) : permission === 'granted' ? (
          texts.settings.on
        ) : (
          texts.settings.off
        )}
      </Row>
      <Row name={texts.settings.background} hint={texts.settings.backgroundHint} />
    </>
  );
}
