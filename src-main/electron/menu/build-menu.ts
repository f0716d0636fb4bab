import { Menu, type MenuItemConstructorOptions } from 'electron';
import type { ShellCommand } from '../../../src-shared/ipc/shell-bridge.js';
import type { MenuAction, MenuColumn, MenuLine } from './menu-model.js';

/** Who does what the menu's items say. */
export interface MenuHandlers {
  onAction(action: MenuAction): void;
  onCommand(command: ShellCommand): void;
}

/** Makes Electron's menu of the model. */
export function buildMenu(model: readonly MenuColumn[], handlers: MenuHandlers): Menu {
  return Menu.buildFromTemplate(
    model.map(({ label, role, lines }) => ({
      label,
      ...(role === undefined ? {} : { role }),
      submenu: lines.map((line) => toItem(line, handlers)),
    })),
  );
}

function toItem(line: MenuLine, { onAction, onCommand }: MenuHandlers): MenuItemConstructorOptions {
  if ('separator' in line) return { type: 'separator' };
  if ('role' in line) return line;
  const { label, accelerator } = line;
  return {
    label,
    ...(accelerator === undefined ? {} : { accelerator }),
    click: () => ('action' in line ? onAction(line.action) : onCommand(line.command)),
  };
}
