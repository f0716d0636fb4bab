import { Ellipsis, type LucideIcon } from 'lucide-react';
import { Menu as AriaMenu, Button, MenuItem, MenuTrigger, Popover } from 'react-aria-components';
import { texts } from './texts.js';

export interface MenuEntry {
  readonly id: string;
  readonly label: string;
  readonly icon: LucideIcon;
  readonly isDanger?: boolean;
  readonly run: () => void;
}

/** More actions behind three dots. */
export function MoreMenu({
  entries,
  label = texts.common.more,
}: {
  readonly entries: readonly MenuEntry[];
  readonly label?: string;
}) {
  return (
    <MenuTrigger>
      <Button className="icon-button" aria-label={label}>
        <Ellipsis size={17} aria-hidden />
      </Button>
      <Popover className="popover" placement="bottom end">
        <AriaMenu className="menu" onAction={(id) => entries.find((entry) => entry.id === id)?.run()}>
          {entries.map(({ id, label: text, icon: Icon, isDanger }) => (
            <MenuItem key={id} id={id} textValue={text} className={`menu-item ${isDanger ? 'is-danger' : ''}`}>
              <Icon size={16} aria-hidden />
              {text}
            </MenuItem>
          ))}
        </AriaMenu>
      </Popover>
    </MenuTrigger>
  );
}
