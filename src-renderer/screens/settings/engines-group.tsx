import { useStore } from 'zustand';
import type { EngineResource } from '../../../src-shared/api/capability-schemas.js';
import { useStudio } from '../../stores/use-studio.js';
import { texts } from '../../ui/texts.js';
import { Group, Row } from './group.js';

/** What can reconstruct on the computer of the service. */
export function EnginesGroup() {
  const { connection } = useStudio();
  const engines = useStore(connection, (state) => state.capabilities?.engines);
  if (!engines) return null;
  return (
    <Group title={texts.settings.engines} intro={texts.settings.enginesIntro}>
      {engines.map((engine) => (
        <Row key={engine.name} name={nameOf(engine)} hint={hintOf(engine)}>
          <span className={`engine-state ${engine.available ? 'engine-here' : ''}`}>
            {engine.available ? texts.settings.available : texts.settings.absent}
          </span>
        </Row>
      ))}
      <Row name={texts.settings.models} hint={texts.settings.modelsNone} />
      <div className="group-foot">
        <a className="text-link" href="#/doctor">
          {texts.settings.more}
        </a>
      </div>
    </Group>
  );
}

const nameOf = ({ name, title, version }: EngineResource): string =>
  name === 'builtin' ? texts.settings.builtIn : [title, version].filter(Boolean).join(' ');

/** What it does where it is here; what to do where it is not. */
function hintOf({ available, sfm, dense, place, hint, reason }: EngineResource): string | undefined {
  if (!available) return hint ?? reason ?? undefined;
  const { engineRoles, inContainer } = texts.settings;
  const role = sfm && dense ? engineRoles.both : sfm ? engineRoles.sfm : engineRoles.dense;
  const text = place === 'container' ? `${role}, ${inContainer}` : role;
  return text.charAt(0).toUpperCase() + text.slice(1);
}
