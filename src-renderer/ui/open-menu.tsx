import { Ellipsis } from 'lucide-react';
import { Menu as AriaMenu, Button, MenuItem, MenuTrigger, Popover } from 'react-aria-components';
import type { MoreMenuProps } from './menu.js';

/** The menu itself: see `MoreMenu`. */
export function OpenMenu({ entries, label }: Required<MoreMenuProps>) {
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
