import type { Command } from 'commander';
import { StudioError } from '../../src-shared/errors/studio-error.js';
import type { ServiceConfig } from '../server/config.js';
import type { RunningService } from '../server/listen.js';
import { STANDARD_OUTPUT } from './output.js';
import { addServiceFlags, type ServiceFlags, serviceConfig, startService, untilStopped } from './service-flags.js';
import { findStudioPage, forgetStudioPage, keepStudioPage, openInBrowser } from './studio-page.js';

export function addStudioCommand(program: Command): void {
  addServiceFlags(program.command('studio').description('open Atlas Studio in the browser'))
    .option('--no-open', 'do not open the browser')
    .action(async (flags: ServiceFlags & { readonly open: boolean }) => {
      const config = serviceConfig(flags);
      const service = await startOrFind(config, flags);
      if (service === 'runs already') return;
      const page = await keepStudioPage(config.storage, service);
      STANDARD_OUTPUT.line(`Atlas Studio runs at ${service.url}`);
      if (!flags.open || !(await openInBrowser(page))) STANDARD_OUTPUT.line(`Open this file in a browser: ${page}`);
      STANDARD_OUTPUT.line('Ctrl-C ends it.');
      await untilStopped();
      STANDARD_OUTPUT.line('Stopping; what is being computed continues at the next start.');
      await forgetStudioPage(config.storage);
      await service.close();
    });
}

/** Starts the service; where one runs on the same storage folder already, opens its studio. */
async function startOrFind(
  config: ServiceConfig,
  { open }: { readonly open: boolean },
): Promise<RunningService | 'runs already'> {
  try {
    return await startService(config);
  } catch (error) {
    const page = findStudioPage(config.storage);
    if (!(error instanceof StudioError && error.code === 'OUTPUT_IN_USE') || page === undefined) throw error;
    STANDARD_OUTPUT.line('Atlas runs already.');
    if (!open || !(await openInBrowser(page))) STANDARD_OUTPUT.line(`Open this file in a browser: ${page}`);
    return 'runs already';
  }
}
