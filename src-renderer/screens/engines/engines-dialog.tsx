import { CircleCheck, CircleDashed } from 'lucide-react';
import { useStore } from 'zustand';
import type { EngineResource } from '../../../src-shared/api/capability-schemas.js';
import { useStudio } from '../../stores/use-studio.js';
import { Dialog } from '../../ui/dialog.js';
import { texts } from '../../ui/texts.js';
import { EngineDownload } from './engine-download.js';
import { whereabouts } from './pull-facts.js';
import './engines.css';

interface EnginesDialogProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

/** The engines, what each is good for, where it is, and how to get it where it is not. */
export function EnginesDialog({ isOpen, onClose }: EnginesDialogProps) {
  const { api, connection } = useStudio();
  const engines = useStore(connection, (state) => state.capabilities?.engines) ?? [];
  /** The service remembers what it found for a while; the check-up looks anew. */
  const lookAgain = async () => {
    await api.doctor().catch(() => undefined);
    await connection.getState().loadCapabilities();
  };
  return (
    <Dialog title={texts.engines.title} isOpen={isOpen} onClose={onClose} size="l">
      <p className="engines-intro">{texts.engines.intro}</p>
      <ul className="engines">
        {engines.map((engine) => (
          <EngineRow key={engine.name} engine={engine} onLookAgain={() => void lookAgain()} />
        ))}
      </ul>
    </Dialog>
  );
}

function EngineRow({ engine, onLookAgain }: { readonly engine: EngineResource; readonly onLookAgain: () => void }) {
  const { name, title, available, reason, hint, missing_image: missing, image_digest: digest } = engine;
  const Icon = available ? CircleCheck : CircleDashed;
  return (
    <li className={`engine ${available ? 'is-here' : ''}`}>
      <Icon size={18} aria-hidden />
      <div className="engine-words">
        <h3 className="engine-title">
          {name === 'builtin' ? texts.settings.builtIn : title}
          <span className="engine-status">
            {available ? texts.engines.ready : missing === null ? texts.engines.unusable : texts.engines.missing}
          </span>
        </h3>
        <p>{texts.engines.roles[name]}</p>
        {available && <p className="engine-where">{whereabouts(engine)}</p>}
        {digest !== null && <p className="engine-digest">{digest}</p>}
        {reason !== null && (available || missing === null) && <p className="engine-where">{reason}</p>}
        {!available && missing === null && hint !== null && <p className="engine-where">{hint}</p>}
        <EngineDownload engine={engine} onLookAgain={onLookAgain} />
      </div>
    </li>
  );
}
