import { describe, expect, it } from 'vitest';
import { type MenuColumn, menuModel } from '#main/electron/menu/menu-model.js';
import { SHELL_COMMANDS } from '#shared/ipc/shell-bridge.js';

const variants = [true, false].flatMap((isMac) =>
  [true, false].flatMap((isDevelopment) => [true, false].map((canUpdate) => ({ isMac, isDevelopment, canUpdate }))),
);
const linesOf = (model: readonly MenuColumn[]) => model.flatMap(({ lines }) => lines);
const rolesOf = (model: readonly MenuColumn[]) => linesOf(model).flatMap((line) => ('role' in line ? [line.role] : []));
const find = (model: readonly MenuColumn[], label: string) =>
  linesOf(model).find((line) => 'label' in line && line.label === label);

describe.each(variants)('the menu with %j', (variant) => {
  const model = menuModel(variant);

  it('gives no key twice', () => {
    const keys = linesOf(model).flatMap((line) =>
      'accelerator' in line && line.accelerator ? [line.accelerator] : [],
    );
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys.length).toBeGreaterThan(5);
  });

  it('has every command of the page in it once', () => {
    const commands = linesOf(model).flatMap((line) => ('command' in line ? [line.command] : []));
    expect(commands.toSorted()).toEqual([...SHELL_COMMANDS].sort());
  });

  it('lets the application be quit and text be edited', () => {
    expect(rolesOf(model)).toEqual(expect.arrayContaining(['quit', 'undo', 'cut', 'copy', 'paste', 'selectAll']));
  });

  it('has no line above, below or beside a line', () => {
    for (const { lines } of model) {
      const isLine = lines.map((line) => 'separator' in line);
      expect(isLine[0]).toBe(false);
      expect(isLine.at(-1)).toBe(false);
      expect(isLine.some((line, at) => line && isLine[at + 1])).toBe(false);
    }
  });
});

describe('the menu', () => {
  const plain = { isMac: false, isDevelopment: false, canUpdate: false };

  it('begins with the application on macOS, with settings in it', () => {
    const [first] = menuModel({ ...plain, isMac: true });
    expect(first?.role).toBe('appMenu');
    expect(first?.lines).toContainEqual({ label: 'Settings…', accelerator: 'CmdOrCtrl+,', command: 'go-settings' });
  });

  it('begins with File elsewhere, with settings and Quit in it', () => {
    const [first] = menuModel(plain);
    expect(first?.label).toBe('File');
    expect(first?.lines).toContainEqual({ role: 'quit', label: 'Quit' });
  });

  it('opens files and folders', () => {
    expect(find(menuModel(plain), 'New Capture from Photos…')).toMatchObject({ action: 'open-files' });
    expect(find(menuModel(plain), 'New Capture from Folder…')).toMatchObject({ action: 'open-folder' });
  });

  it('has developer tools in development only', () => {
    expect(rolesOf(menuModel(plain))).not.toContain('toggleDevTools');
    expect(rolesOf(menuModel({ ...plain, isDevelopment: true }))).toContain('toggleDevTools');
  });

  it('offers updates only where they can be had', () => {
    expect(find(menuModel(plain), 'Check for Updates…')).toBeUndefined();
    expect(find(menuModel({ ...plain, canUpdate: true }), 'Check for Updates…')).toBeDefined();
  });
});
