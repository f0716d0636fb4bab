import { useStore } from 'zustand';
import { useStudio } from '../stores/use-studio.js';
import { Notices } from '../ui/notices.js';
import { texts } from '../ui/texts.js';
import { ConnectionBanner } from './connection-banner.js';
import { EndNotifications } from './end-notifications.js';
import { Navigation } from './navigation.js';
import { ScreenHost } from './screen-host.js';
import { ShellLink } from './shell-link.js';
import { Shortcuts } from './shortcuts.js';
import { TokenGate } from './token-gate.js';

/** The whole page: navigation at the side, the screen, and what lies above them. */
export function App() {
  const { session } = useStudio();
  const state = useStore(session, (session) => session.state);
  if (state !== 'ready') return <TokenGate wasRefused={state === 'refused'} />;
  return (
    <div className="app">
      <button type="button" className="skip-link" onClick={() => document.getElementById('main')?.focus()}>
        {texts.app.skip}
      </button>
      <Navigation />
      <div className="app-content">
        <ConnectionBanner />
        <main id="main" tabIndex={-1}>
          <ScreenHost />
        </main>
      </div>
      <Notices />
      <Shortcuts />
      <EndNotifications />
      <ShellLink />
    </div>
  );
}
