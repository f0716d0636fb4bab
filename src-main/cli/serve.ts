import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { openFileLog } from '../logging/file-log.js';
import { loadServiceConfig } from '../server/config.js';
import { listen } from '../server/listen.js';
import { STANDARD_OUTPUT } from './output.js';
import { settingsHelp } from './service-settings.js';

interface ServeFlags {
  readonly config?: string;
  readonly host?: string;
  readonly port?: string;
  readonly storage?: string;
  readonly concurrency?: string;
  readonly threads?: string;
}

export function addServeCommand(program: Command): void {
  program
    .command('serve')
    .description('run the job service: a REST API on this computer')
    .option('--config <file>', 'settings as JSON; ATLAS_* variables and flags come on top')
    .option('--host <address>', 'address to listen on (default: 127.0.0.1)')
    .addOption(new Option('--port <number>', 'port to listen on; 0 takes a free one (default: 8787)'))
    .option('--storage <folder>', 'folder of jobs, photos and artifacts (default: ~/.atlas/storage)')
    .option('--concurrency <number>', 'jobs that run at the same time (default: 1)')
    .option('--threads <number>', 'worker threads of each job (default: all processors)')
    .addHelpText('after', () => `\n${settingsHelp()}`)
    .action(async ({ config: file, host, port, storage, concurrency, threads }: ServeFlags) => {
      const numbers = Object.entries({ port, concurrency, threads }).filter(([, text]) => text !== undefined);
      const config = loadServiceConfig({
        ...(file === undefined ? {} : { file }),
        environment: process.env,
        flags: {
          ...(host === undefined ? {} : { host }),
          ...(storage === undefined ? {} : { storage }),
          ...Object.fromEntries(numbers.map(([name, text]) => [name, Number(text)])),
        },
      });
      mkdirSync(config.storage, { recursive: true, mode: 0o700 });
      const log = openFileLog(join(config.storage, 'service.ndjson'), config.logLevel);
      const service = await listen(config, log);
      STANDARD_OUTPUT.line(`Atlas listens on ${service.url}`);
      STANDARD_OUTPUT.line(`Documentation: ${service.url}/docs`);
      STANDARD_OUTPUT.line(
        `Token: ${config.apiKey === undefined ? join(config.storage, 'token') : 'from the configuration'}`,
      );
      await untilStopped();
      STANDARD_OUTPUT.line('Stopping; jobs continue at the next start.');
      await service.close();
    });
}

/** Resolves at the first Ctrl-C or termination; a second one ends the process at once. */
function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}
