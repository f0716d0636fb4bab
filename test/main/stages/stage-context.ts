import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KernelPool } from '#main/kernels/pool/kernel-pool.js';
import { SILENT_LOG } from '#main/logging/log.js';
import { StageFolder } from '#main/workspace/stage-folder.js';

/** A context to run one stage in, with a workspace of its own in the temporary folder. Close it after the test. */
export async function stageContext(stageName: string, threads = 2) {
  const workspace = await mkdtemp(join(tmpdir(), 'atlas-stage-'));
  const kernels = new KernelPool(threads);
  const progress: number[] = [];
  return {
    signal: new AbortController().signal,
    progress: (fraction: number) => void progress.push(fraction),
    progressSeen: progress,
    log: SILENT_LOG,
    preview() {},
    kernels,
    seed: 1,
    folder: new StageFolder(workspace, stageName),
    workspace,
    async close() {
      await kernels.close();
      await rm(workspace, { recursive: true, force: true });
    },
  };
}
