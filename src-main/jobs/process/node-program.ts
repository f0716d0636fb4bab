/** As much of `process` as tells what runs this program. */
export interface RunningProgram {
  readonly execPath: string;
  readonly versions: Readonly<Record<string, string | undefined>>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Electron on macOS: a helper without an icon in the dock. */
  readonly helperExecPath?: string;
}

/**
 * How to start a Node.js process of the same kind as this one. Electron's program is a Node.js when ELECTRON_RUN_AS_NODE is set.
 * (Electron patches `fork` so, but modules that import it by name may hold the one from before.)
 */
export function nodeProgram(program: RunningProgram = process): {
  readonly execPath?: string;
  readonly env?: Record<string, string | undefined>;
} {
  if (program.versions.electron === undefined) return {};
  return {
    execPath: program.helperExecPath ?? program.execPath,
    env: { ...program.env, ELECTRON_RUN_AS_NODE: '1' },
  };
}
