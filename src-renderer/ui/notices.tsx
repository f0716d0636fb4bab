import { CircleAlert, CircleCheck, Info, X } from 'lucide-react';
import { useStore } from 'zustand';
import { useStudio } from '../stores/use-studio.js';
import { Button, IconButton } from './button.js';
import { texts } from './texts.js';

const ICONS = { info: Info, good: CircleCheck, bad: CircleAlert } as const;

/** What is told in passing, at the lower edge. */
export function Notices() {
  const { notices } = useStudio();
  const shown = useStore(notices, (state) => state.notices);
  const { dismiss } = notices.getState();
  return (
    <section className="notices" aria-live="polite" aria-label="Notices">
      {shown.map(({ id, kind, text, hint, action }) => {
        const Icon = ICONS[kind];
        return (
          <div key={id} className={`notice notice-${kind}`}>
            <Icon size={18} aria-hidden />
            <div className="notice-text">
              <p>{text}</p>
              {hint && <p className="notice-hint">{hint}</p>}
            </div>
            {action && (
              <Button
                kind="quiet"
                size="s"
                onPress={() => {
                  action.run();
                  dismiss(id);
                }}
              >
                {action.label}
              </Button>
            )}
            <IconButton icon={X} label={texts.common.dismiss} size={15} onPress={() => dismiss(id)} />
          </div>
        );
      })}
    </section>
  );
}
