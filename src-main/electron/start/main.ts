import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { findElectron } from './find-electron.js';
import { startStudio } from './start-studio.js';

// `npm start`. Nothing here imports Electron: it may not be there.

/** A slow line fetches Electron's program in this time; one that stands still is given up. */
const FETCH_WITHIN_MS = 10 * 60_000;

const folder = fileURLToPath(new URL('../../../../', import.meta.url));
const commandLine = fileURLToPath(new URL('../../cli/main.js', import.meta.url));
const { resolve } = createRequire(import.meta.url);

/** Ends with the exit code of the program; a signal that ended it counts as 1. */
function run(program: string, args: readonly string[], timeoutMs?: number): Promise<number> {
  return new Promise((settle) => {
    const child = spawn(program, args, {
      stdio: 'inherit',
      ...(timeoutMs === undefined ? {} : { timeout: timeoutMs }),
    });
    const pass = (signal: NodeJS.Signals) => child.kill(signal);
    // A terminal gives Ctrl-C to both; this one waits for what the other makes of it.
    process.on('SIGINT', () => {});
    process.on('SIGTERM', pass);
    child.once('error', () => settle(1));
    child.once('close', (code) => {
      process.off('SIGTERM', pass);
      settle(code ?? 1);
    });
  });
}

process.exitCode = await startStudio(
  {
    platform: process.platform,
    environment: process.env,
    find: () => findElectron(() => resolve('electron/package.json'), process.env),
    install: async (installer) => (await run(process.execPath, [installer], FETCH_WITHIN_MS)) === 0,
    run,
    say: (line) => void process.stdout.write(`${line}\n`),
  },
  { folder, args: process.argv.slice(2) },
  { program: process.execPath, args: [commandLine, 'studio'] },
);
