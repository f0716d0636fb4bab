import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../../dist/src-main/cli/main.js', import.meta.url));

export interface AtlasResult {
  /** Exit code; `null` when a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface AtlasProcess {
  readonly child: ChildProcess;
  readonly ended: Promise<AtlasResult>;
}

/** Starts the real command in a process of its own. */
export function startAtlas(
  args: readonly string[],
  cwd?: string,
  variables: Readonly<Record<string, string | undefined>> = {},
): AtlasProcess {
  const env = { ...process.env, XDG_CACHE_HOME: '/nonexistent', NO_COLOR: '1', ...variables };
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'], env, cwd });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (data: Buffer) => {
    stdout += data.toString();
  });
  child.stderr.on('data', (data: Buffer) => {
    stderr += data.toString();
  });
  const ended = new Promise<AtlasResult>((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })));
  return { child, ended };
}

export const runAtlas = (
  args: readonly string[],
  cwd?: string,
  variables?: Readonly<Record<string, string | undefined>>,
): Promise<AtlasResult> => startAtlas(args, cwd, variables).ended;

/** The events of `--json`. */
export const eventsOf = ({ stdout }: AtlasResult): { readonly type: string; readonly [name: string]: unknown }[] =>
  stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { readonly type: string });
