import { Box, Keyboard, ListOrdered, type LucideIcon, MonitorCheck, Settings } from 'lucide-react';
import { useStore } from 'zustand';
import { useShallow } from 'zustand/react/shallow';
import { isBusy } from '../stores/jobs-store.js';
import { formatRoute, type Route } from '../stores/route-store.js';
import { useStudio } from '../stores/use-studio.js';
import { IconButton } from '../ui/button.js';
import { texts } from '../ui/texts.js';
import { Logo } from './logo.js';
import { openShortcuts } from './shortcuts.js';

const ITEMS: readonly { readonly route: Route; readonly label: string; readonly icon: LucideIcon }[] = [
  { route: { screen: 'home' }, label: texts.app.captures, icon: Box },
  { route: { screen: 'jobs' }, label: texts.app.queue, icon: ListOrdered },
  { route: { screen: 'settings' }, label: texts.app.settings, icon: Settings },
  { route: { screen: 'doctor' }, label: texts.app.doctor, icon: MonitorCheck },
];

/** Where one can go, what runs, and whether the service is there. */
export function Navigation() {
  const { route, jobs } = useStudio();
  const screen = useStore(route, (state) => (state.route.screen === 'capture' ? 'home' : state.route.screen));
  const busyCount = useStore(jobs, (state) => [...state.jobs.values()].filter(isBusy).length);
  return (
    <nav className="navigation" aria-label={texts.app.navigation}>
      <a className="brand" href="#/" aria-label={texts.app.name}>
        <Logo />
        <span className="brand-name">Atlas</span>
      </a>
      <ul className="navigation-items">
        {ITEMS.map(({ route: target, label, icon: Icon }) => (
          <li key={target.screen}>
            <a
              href={formatRoute(target)}
              className="navigation-item"
              aria-current={screen === target.screen ? 'page' : undefined}
              title={label}
            >
              <Icon size={18} strokeWidth={1.8} aria-hidden />
              <span className="navigation-label">{label}</span>
              {target.screen === 'jobs' && busyCount > 0 && <span className="count-badge">{busyCount}</span>}
            </a>
          </li>
        ))}
      </ul>
      <RunningJobs />
      <div className="navigation-foot">
        <ConnectionState />
        <IconButton icon={Keyboard} label={texts.app.shortcuts} onPress={openShortcuts} />
      </div>
    </nav>
  );
}

/** What is being computed now, wherever one is. */
function RunningJobs() {
  const { jobs } = useStudio();
  const running = useStore(
    jobs,
    useShallow((state) => [...state.jobs.values()].filter(({ status }) => status === 'processing')),
  );
  return (
    <ul className="running">
      {running.map(({ job_id, name, progress }) => (
        <li key={job_id}>
          <a className="running-job" href={formatRoute({ screen: 'capture', jobId: job_id, tab: 'progress' })}>
            <span className="running-name">{name || texts.capture.unnamed}</span>
            <span className="running-percent">{texts.progress.percent(progress)}</span>
            <span className="running-track" aria-hidden>
              <span className="bar-fill" style={{ transform: `scaleX(${progress / 100})` }} />
            </span>
          </a>
        </li>
      ))}
    </ul>
  );
}

function ConnectionState() {
  const { connection } = useStudio();
  const state = useStore(connection, (connection) => connection.state);
  const text = {
    connecting: texts.connection.connecting,
    online: texts.connection.online,
    lost: texts.connection.lostShort,
  }[state];
  return (
    <span className={`connection connection-${state}`} title={text}>
      <span className="connection-dot" aria-hidden />
      <span className="connection-text">{text}</span>
    </span>
  );
}
