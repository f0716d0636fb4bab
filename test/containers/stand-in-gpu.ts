import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What NVIDIA's `nvidia-smi -L` prints on a computer with one GPU. */
const LIST = 'GPU 0: NVIDIA H100 80GB HBM3 (UUID: GPU-5f1a2b3c-0000-0000-0000-000000000000)';

/**
 * Puts an `nvidia-smi` into a folder: with one GPU, or with the driver not running.
 *
 * @param exitCode after the list
 */
export async function standInGpu(folder: string, isRunning = true, exitCode = 0): Promise<void> {
  const path = join(folder, 'nvidia-smi');
  const failure = 'NVIDIA-SMI has failed because it could not communicate with the NVIDIA driver.';
  const list = `[ "$*" = -L ] && echo '${LIST}' && exit ${exitCode}`;
  await writeFile(path, `#!/bin/sh\n${isRunning ? list : `echo '${failure}'; exit 9`}\n`);
  await chmod(path, 0o755);
}
