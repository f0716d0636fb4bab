import { Dialog } from '../ui/dialog.js';
import { texts } from '../ui/texts.js';

/** All keys that do something, by where they do. */
export function ShortcutList({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog title={texts.shortcuts.title} isOpen onClose={onClose} size="l">
      <div className="shortcuts">
        {texts.shortcuts.groups.map(({ title, keys }) => (
          <section key={title}>
            <h3>{title}</h3>
            <dl>
              {keys.map(([key, does]) => (
                <div key={key} className="shortcut">
                  <dt>{does}</dt>
                  <dd>
                    {key.split(' ').map((part) =>
                      part === 'then' ? (
                        <span key="then" className="shortcut-then">
                          then
                        </span>
                      ) : (
                        <kbd key={part}>{part}</kbd>
                      ),
                    )}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
