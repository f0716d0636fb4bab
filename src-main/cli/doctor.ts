import type { Command } from 'commander';
import colors from 'picocolors';
import { checkMachine } from './doctor-checks.js';
import { STANDARD_OUTPUT } from './output.js';

const SIGNS = { good: colors.green('ok  '), remark: colors.yellow('note'), bad: colors.red('bad ') } as const;

export function addDoctorCommand(program: Command): void {
  program
    .command('doctor')
    .description('check whether this computer can run Atlas, and what to do if not')
    .option('--json', 'print the checks as JSON')
    .action(async ({ json }: { json?: boolean }) => {
      const checks = await checkMachine(process.cwd());
      if (json) {
        STANDARD_OUTPUT.line(JSON.stringify({ checks }));
      } else {
        const width = Math.max(...checks.map(({ name }) => name.length)) + 2;
        for (const { name, state, found, advice } of checks) {
          STANDARD_OUTPUT.line(`${SIGNS[state]} ${name.padEnd(width)}${found}`);
          if (advice !== undefined) STANDARD_OUTPUT.line(`     ${' '.repeat(width)}${colors.dim(advice)}`);
        }
      }
      if (checks.some(({ state }) => state === 'bad')) process.exitCode = 1;
    });
}
