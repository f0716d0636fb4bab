import { runTool } from './run-tool.js';
import type { ContainerPlace, ToolCommand, ToolPlace } from './tool-command.js';

const LIST_TIMEOUT_MS = 10_000;
/** A container that starts cold. */
const PROBE_TIMEOUT_MS = 60_000;
/** NVIDIA's driver brings it, and its container toolkit puts it into containers. */
const LIST_GPUS: ToolCommand = { program: 'nvidia-smi', args: ['-L'], folders: [] };

/**
 * Whether this computer has a GPU for programs that use CUDA. Those that are built with it end with an error where there is none, or no
 * driver (COLMAP up to 4.1: `GetNumCudaDevices` in src/colmap/util/cuda.cc). `CUDA_VISIBLE_DEVICES` may hide it.
 */
export async function hasGpu(): Promise<boolean> {
  if (['', '-1'].includes(process.env.CUDA_VISIBLE_DEVICES?.trim() ?? 'all')) return false;
  return listsGpu({ kind: 'native' }, LIST_TIMEOUT_MS);
}

/**
 * Whether containers of an image can have this computer's GPUs: it takes the NVIDIA Container Toolkit, and with podman its device file. Tried
 * by starting one, for engines do not tell.
 */
export async function canHaveGpu({ binFolder: _, ...place }: ContainerPlace): Promise<boolean> {
  return (await hasGpu()) && (await listsGpu({ ...place, usesGpu: true }, PROBE_TIMEOUT_MS));
}

/** It prints a line a GPU: `GPU 0: NVIDIA H100 …`. What it lists is there, though its exit code may warn of something. */
async function listsGpu(place: ToolPlace, timeoutMs: number): Promise<boolean> {
  let isListed = false;
  const onLine = (line: string) => {
    isListed ||= /^GPU \d+:/.test(line);
  };
  await runTool(LIST_GPUS, place, { signal: AbortSignal.timeout(timeoutMs), onLine }).catch(() => {});
  return isListed;
}
