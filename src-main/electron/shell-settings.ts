import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { ShellPreferences } from '../../src-shared/ipc/shell-bridge.js';
import { ShellPreferencesSchema } from '../../src-shared/ipc/shell-requests.js';
import { writeAtomic } from '../workspace/write-atomic.js';
import { type WindowState, WindowStateSchema } from './window/window-state.js';

const SettingsSchema = z.object({
  version: z.literal(1).catch(1),
  preferences: ShellPreferencesSchema.catch(ShellPreferencesSchema.parse({})),
  window: WindowStateSchema.optional().catch(undefined),
  /** Port of the last run. */
  lastPort: z.number().int().min(1).max(65535).optional().catch(undefined),
});

type Settings = z.infer<typeof SettingsSchema>;

const FILE = 'shell.json';

/**
 * What the desktop application remembers, in one file of its settings folder. The file is read once and parsed field by field:
 * one that is damaged costs what is damaged, never the start. It is written whole or not at all.
 */
export class ShellSettings {
  readonly #path: string;
  #settings: Settings;
  #writing: Promise<void> = Promise.resolve();

  constructor(folder: string) {
    this.#path = join(folder, FILE);
    this.#settings = SettingsSchema.parse(readJson(this.#path));
  }

  get preferences(): ShellPreferences {
    return this.#settings.preferences;
  }

  get window(): WindowState | undefined {
    return this.#settings.window;
  }

  get lastPort(): number | undefined {
    return this.#settings.lastPort;
  }

  changePreferences(changes: Partial<ShellPreferences>): ShellPreferences {
    this.#change({ preferences: { ...this.#settings.preferences, ...changes } });
    return this.preferences;
  }

  rememberWindow(window: WindowState): void {
    this.#change({ window });
  }

  rememberPort(lastPort: number): void {
    this.#change({ lastPort });
  }

  /** Resolves when all that was changed is on disk, or could not be written: settings are not worth an error. */
  async flush(): Promise<void> {
    await this.#writing;
  }

  #change(changes: Partial<Settings>): void {
    this.#settings = { ...this.#settings, ...changes };
    const text = `${JSON.stringify(this.#settings, undefined, 2)}\n`;
    this.#writing = this.#writing.then(() => writeAtomic(this.#path, text)).catch(() => undefined);
  }
}

function readJson(path: string): unknown {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
  } catch {
    return {};
  }
}
