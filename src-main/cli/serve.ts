import { join } from 'node:path';
import type { Command } from 'commander';
import { STANDARD_OUTPUT } from './output.js';
import { addServiceFlags, type ServiceFlags, serviceConfig, startService, untilStopped } from './service-flags.js';
import { forgetStudioPage, keepStudioPage } from './studio-page.js';

export function addServeCommand(program: Command): void {
  addServiceFlags(program.command('serve').description('run the job service: a REST API on this computer')).action(
    async (flags: ServiceFlags) => {
      const config = serviceConfig(flags);
      const service = await startService(config);
      await keepStudioPage(config.storage, service);
      STANDARD_OUTPUT.line(`Atlas listens on ${service.url}`);
      STANDARD_OUTPUT.line(`Documentation: ${service.url}/docs`);
      STANDARD_OUTPUT.line(
        `Token: ${config.apiKey === undefined ? join(config.storage, 'token') : 'from the configuration'}`,
      );
      await untilStopped();
      STANDARD_OUTPUT.line('Stopping; jobs continue at the next start.');
      await forgetStudioPage(config.storage);
      await service.close();
    },
  );
}
