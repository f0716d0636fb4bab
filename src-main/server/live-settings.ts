import { readFileSync } from 'node:fs';
import {
  type ChangeSettings,
  ChangeSettingsSchema,
  SETTING_NAMES,
  type SettingName,
  type SettingsResource,
} from '../../src-shared/api/settings-schemas.js';
import { StudioError } from '../../src-shared/errors/studio-error.js';
import { writeAtomic } from '../workspace/write-atomic.js';
import { type ServiceConfig, ServiceConfigSchema } from './config.js';

const DEFAULTS = ServiceConfigSchema.parse({});

/**
 * The part of the configuration that can be changed while the service runs, kept in `settings.json` of the storage folder. What
 * the operator has set by file, environment or flags stands above it and cannot be changed here.
 */
export class LiveSettings {
  readonly #file: string;
  readonly #config: ServiceConfig;
  #stored: ChangeSettings;
  #writing: Promise<unknown> = Promise.resolve();
  /** Told after a change. */
  onChanged: (config: ServiceConfig) => void = () => {};

  /** @throws CONFIG_INVALID when the file is damaged */
  constructor(config: ServiceConfig, file: string) {
    this.#file = file;
    this.#stored = readSettings(file);
    this.#config = { ...config };
    Object.assign(this.#config, this.#merged(config, this.#stored));
  }

  /** The configuration as it is now: the same object for ever, with other values after a change. */
  get config(): ServiceConfig {
    return this.#config;
  }

  read(): SettingsResource {
    const { threads = null, ...rest } = this.#config;
    const values = { ...rest, threads };
    return {
      settings: Object.fromEntries(SETTING_NAMES.map((name) => [name, values[name]])) as SettingsResource['settings'],
      fixed: SETTING_NAMES.filter((name) => this.#config.given.has(name)),
      storage: this.#config.storage,
    };
  }

  /** @throws SETTING_FIXED, API_INVALID_REQUEST; DISK_FULL, OUTPUT_NOT_WRITABLE: then nothing has changed */
  async change(wanted: ChangeSettings): Promise<SettingsResource> {
    const fixed = Object.keys(wanted).filter((name) => this.#config.given.has(name));
    if (fixed.length > 0) throw new StudioError('SETTING_FIXED', { details: { settings: fixed } });
    // One after another: each builds on what the one before has stored.
    const writing = this.#writing.then(async () => {
      const all = Object.entries({ ...this.#stored, ...wanted }).filter(([, value]) => value !== null);
      const stored: ChangeSettings = Object.fromEntries(all);
      const merged = this.#merged(this.#config, stored);
      if (merged.minPhotos > merged.maxPhotos) {
        throw new StudioError('API_INVALID_REQUEST', { message: '`minPhotos` is above `maxPhotos`.' });
      }
      await writeAtomic(this.#file, `${JSON.stringify(stored, undefined, 2)}\n`);
      this.#stored = stored;
      Object.assign(this.#config, merged);
      this.onChanged(this.#config);
    });
    this.#writing = writing.catch(() => undefined);
    await writing;
    return this.read();
  }

  #merged(config: ServiceConfig, stored: ChangeSettings): Pick<ServiceConfig, SettingName> {
    const valueNow = (name: SettingName) => (config.given.has(name) ? config[name] : (stored[name] ?? DEFAULTS[name]));
    return Object.fromEntries(SETTING_NAMES.map((name) => [name, valueNow(name)])) as Pick<ServiceConfig, SettingName>;
  }
}

function readSettings(file: string): ChangeSettings {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return {};
  }
  try {
    return ChangeSettingsSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new StudioError('CONFIG_INVALID', {
      message: `The settings in ${file} cannot be read.`,
      hint: 'Correct the file, or delete it: the defaults then count.',
      cause,
    });
  }
}
