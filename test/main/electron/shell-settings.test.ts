import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ShellSettings } from '#main/electron/shell-settings.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atlas-shell-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const WINDOW = { x: 10, y: 20, width: 1000, height: 700, isMaximized: false, isFullScreen: true };

describe('what the shell remembers', () => {
  it('is the same at the next start, in one whole file', async () => {
    const settings = new ShellSettings(folder);
    settings.rememberWindow(WINDOW);
    settings.rememberPort(50123);
    settings.changePreferences({ closing: 'background' });
    await settings.flush();
    const next = new ShellSettings(folder);
    expect(next.window).toEqual(WINDOW);
    expect(next.lastPort).toBe(50123);
    expect(next.preferences).toEqual({ closing: 'background', notifications: true, updates: false });
    expect(readdirSync(folder)).toEqual(['shell.json']);
  });

  it('has updates off until someone turns them on', () => {
    expect(new ShellSettings(folder).preferences.updates).toBe(false);
  });

  it.each(['', '{"preferences":', '[]', 'null', '"text"'])('starts anew from %j', (text) => {
    writeFileSync(join(folder, 'shell.json'), text);
    expect(new ShellSettings(folder).preferences.closing).toBe('ask');
  });

  it('loses only what is damaged', () => {
    const damaged = { preferences: { closing: 'never', notifications: false }, window: { x: 'left' }, lastPort: 50123 };
    writeFileSync(join(folder, 'shell.json'), JSON.stringify(damaged));
    const settings = new ShellSettings(folder);
    expect(settings.preferences).toEqual({ closing: 'ask', notifications: false, updates: false });
    expect(settings.window).toBeUndefined();
    expect(settings.lastPort).toBe(50123);
  });

  it('goes on when its folder cannot be written', async () => {
    writeFileSync(join(folder, 'file'), '');
    const settings = new ShellSettings(join(folder, 'file'));
    settings.rememberPort(50123);
    await settings.flush();
    expect(settings.lastPort).toBe(50123);
    expect(readFileSync(join(folder, 'file'), 'utf8')).toBe('');
  });
});
