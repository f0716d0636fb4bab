import { once } from 'node:events';
import { type Command, Option } from 'commander';
import { loadServiceConfig, type ServiceConfig } from '../server/config.js';
import { listen, type RunningService } from '../server/listen.js';
import { openServiceLog } from '../server/open-service-log.js';
import { cancelOnSignals } from './cancel-on-signals.js';
import { settingsHelp } from './service-settings.js';

/** Flags of the commands that run the service. */
export interface ServiceFlags {
  readonly config?: string;
  readonly host?: string;
  readonly port?: string;
  readonly storage?: string;
  readonly concurrency?: string;
  readonly threads?: string;
}

export function addServiceFlags(command: Command): Command {
  return command
    .option('--config <file>', 'settings as JSON; ATLAS_* variables and flags come on top')
    .option('--host <address>', 'address to listen on (default: 127.0.0.1)')
    .addOption(new Option('--port <number>', 'port to listen on; 0 takes a free one (default: 8787)'))
    .option('--storage <folder>', 'folder of jobs, photos and artifacts (default: ~/.atlas/storage)')
    .option('--concurrency <number>', 'jobs that run at the same time (default: 1)')
    .option('--threads <number>', 'worker threads of each job (default: all processors)')
    .addHelpText('after', () => `\n${settingsHelp()}`);
}

/** @throws CONFIG_INVALID */
export function serviceConfig({
  config: file,
  host,
  port,
  storage,
  concurrency,
  threads,
}: ServiceFlags): ServiceConfig {
  const numbers = Object.entries({ port, concurrency, threads }).filter(([, text]) => text !== undefined);
  return loadServiceConfig({
    ...(file === undefined ? {} : { file }),
    environment: process.env,
    flags: {
      ...(host === undefined ? {} : { host }),
      ...(storage === undefined ? {} : { storage }),
      ...Object.fromEntries(numbers.map(([name, text]) => [name, Number(text)])),
    },
  });
}

/** Starts the service with its log in the storage folder. @throws OUTPUT_NOT_WRITABLE; what {@link listen} throws */
export async function startService(config: ServiceConfig): Promise<RunningService> {
  return listen(config, openServiceLog(config));
}

/** Resolves at the first Ctrl-C or termination, not when a terminal closes; a second one ends the process at once. */
export async function untilStopped(): Promise<void> {
  const { signal } = cancelOnSignals(['SIGINT', 'SIGTERM']);
  await once(signal, 'abort');
}
