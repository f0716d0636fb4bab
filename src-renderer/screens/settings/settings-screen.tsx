import { useEffect } from 'react';
import { useStore } from 'zustand';
import { THEMES } from '../../stores/theme-store.js';
import { useStudio } from '../../stores/use-studio.js';
import { Segments } from '../../ui/choice.js';
import { texts } from '../../ui/texts.js';
import { DesktopGroup } from './desktop-group.js';
import { EnginesGroup } from './engines-group.js';
import { Group, Row } from './group.js';
import { ProgramsGroup } from './programs-group.js';
import { LimitsGroup, StorageGroup, WorkGroup } from './service-groups.js';
import './settings.css';

/** What can be chosen, and what other programs need to know. */
export function SettingsScreen() {
  const { theme, connection, settings } = useStudio();
  const chosen = useStore(theme, (state) => state.theme);
  const version = useStore(connection, (state) => state.version);
  const epoch = useStore(connection, (state) => state.epoch);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a service that came back is asked again
  useEffect(() => void settings.getState().load(), [settings, epoch]);
  return (
    <div className="page">
      <header className="page-head">
        <h1>{texts.settings.title}</h1>
      </header>
      <Group title={texts.settings.appearance}>
        <Row name={texts.settings.theme}>
          <Segments
            label={texts.settings.theme}
            value={chosen}
            values={THEMES.map((id) => ({ id, text: texts.settings.themes[id] }))}
            onChange={theme.getState().setTheme}
          />
        </Row>
      </Group>
      <DesktopGroup />
      <EnginesGroup />
      <WorkGroup />
      <StorageGroup />
      <LimitsGroup />
      <ProgramsGroup />
      <Group title={texts.settings.about}>
        <Row name={texts.settings.version}>{version ?? '–'}</Row>
        <p className="group-note">{texts.settings.local}</p>
      </Group>
    </div>
  );
}
