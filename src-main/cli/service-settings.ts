import { join } from 'node:path';
import { CONFIG_VARIABLES, type ServiceConfig, ServiceConfigSchema } from '../server/config.js';
import { LiveSettings } from '../server/live-settings.js';
import { ServiceFolders } from '../storage/service-folders.js';

const DEFAULTS: Readonly<Record<string, unknown>> = ServiceConfigSchema.parse({});

/** Every setting of the service for `atlas serve --help`: variable, default, what it is. */
export function settingsHelp(): string {
  const rows = Object.entries(CONFIG_VARIABLES).map(([variable, name]) => {
    const description = ServiceConfigSchema.shape[name as keyof typeof ServiceConfigSchema.shape].description ?? '';
    const value = DEFAULTS[name];
    return [name, variable, `${description}${value === undefined ? '' : ` (${JSON.stringify(value)})`}`] as const;
  });
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column as 0 | 1].length)) + 2);
  const lines = rows.map(
    ([name, variable, text]) => `  ${name.padEnd(widths[0] ?? 0)}${variable.padEnd(widths[1] ?? 0)}${text}`,
  );
  return ['Settings, in the file and as variables (lists with commas, objects as JSON):', ...lines].join('\n');
}

/** The configuration as it would be used, for `atlas doctor`; the token is not shown. */
export function describeConfig(config: ServiceConfig): readonly (readonly [string, string])[] {
  const { apiKey, given, ...settings } = new LiveSettings(config, new ServiceFolders(config.storage).settings).config;
  const token = apiKey === undefined ? join(config.storage, 'token') : 'from the configuration';
  const shown = Object.entries(settings).map(([name, value]) => [name, JSON.stringify(value)] as const);
  return [['token', token], ...shown];
}
