import type { Command } from 'commander';
import colors from 'picocolors';
import { checkMachine } from '../doctor/check-machine.js';
import { loadServiceConfig } from '../server/config.js';
import { STANDARD_OUTPUT } from './output.js';
import { describeConfig } from './service-settings.js';

const SIGNS = {
  good: colors.green('ok  '),
  absent: colors.dim('-   '),
  remark: colors.yellow('note'),
  bad: colors.red('bad '),
} as const;

export function addDoctorCommand(program: Command): void {
  program
    .command('doctor')
    .description('check whether this computer can run Atlas, and what to do if not')
    .option('--json', 'print the checks as JSON')
    .option('--config <file>', 'settings of the service as JSON')
    .action(async ({ json, config: file }: { json?: boolean; config?: string }) => {
      const checks = await checkMachine(process.cwd());
      const settings = describeConfig(
        loadServiceConfig({ ...(file === undefined ? {} : { file }), environment: process.env }),
      );
      if (json) {
        STANDARD_OUTPUT.line(JSON.stringify({ checks, service: Object.fromEntries(settings) }));
      } else {
        const width = Math.max(...checks.map(({ title }) => title.length)) + 2;
        for (const { title, state, detail, remedy } of checks) {
          STANDARD_OUTPUT.line(`${SIGNS[state]} ${title.padEnd(width)}${detail}`);
          if (remedy !== undefined) STANDARD_OUTPUT.line(`     ${' '.repeat(width)}${colors.dim(remedy)}`);
        }
        STANDARD_OUTPUT.line('\nThe service (atlas serve), by its configuration:');
        const settingWidth = Math.max(...settings.map(([name]) => name.length)) + 2;
        for (const [name, value] of settings) STANDARD_OUTPUT.line(`     ${name.padEnd(settingWidth)}${value}`);
      }
      if (checks.some(({ state }) => state === 'bad')) process.exitCode = 1;
    });
}
