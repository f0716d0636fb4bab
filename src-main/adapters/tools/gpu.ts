import { execa } from 'execa';
import { findProgram } from './find-program.js';
import { linesOfTool } from './run-tool.js';
import type { ContainerPlace, ToolCommand } from './tool-command.js';

const LIST_TIMEOUT_MS = 10_000;
/** A container that starts cold. */
const PROBE_TIMEOUT_MS = 60_000;
/** NVIDIA's driver brings it, and its container toolkit puts it into containers. It prints a line a GPU: `GPU 0: NVIDIA H100 …`. */
const LIST_GPUS: ToolCommand = { program: 'nvidia-smi', args: ['-L'], folders: [] };
const isGpu = (line: string) => /^GPU \d+:/.test(line);

/**
 * Whether this computer has a GPU for programs that use CUDA. Those that are built with it end with an error where there is none, or no
 * driver (COLMAP up to 4.1: `GetNumCudaDevices` in src/colmap/util/cuda.cc). `CUDA_VISIBLE_DEVICES` may hide it.
 */
export async function hasGpu(): Promise<boolean> {
  if (['', '-1'].includes(process.env.CUDA_VISIBLE_DEVICES?.trim() ?? 'all')) return false;
  const command = await findProgram(LIST_GPUS.program).catch(() => undefined);
  if (command === undefined) return false;
  const { stdout } = await execa(command, ['-L'], { reject: false, stdin: 'ignore', timeout: LIST_TIMEOUT_MS });
  return stdout.split('\n').some(isGpu);
}

/**
 * Whether containers of an image can have this computer's GPUs: it takes the NVIDIA Container Toolkit, and with podman its device file. Tried
 * by starting one, for engines do not tell.
 */
export async function canHaveGpu({ binFolder: _, ...place }: ContainerPlace): Promise<boolean> {
  if (!(await hasGpu())) return false;
  const signal = AbortSignal.timeout(PROBE_TIMEOUT_MS);
  return linesOfTool(LIST_GPUS, { ...place, usesGpu: true }, signal).then(
    (lines) => lines.some(isGpu),
    () => false,
  );
}
