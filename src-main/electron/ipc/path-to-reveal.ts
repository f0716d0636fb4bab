import type { RevealTarget, ShellFolder } from '../../../src-shared/ipc/shell-bridge.js';
import { ARTIFACTS } from '../../storage/job-artifacts.js';
import type { ServiceFolders } from '../../storage/service-folders.js';

/**
 * The path that a target stands for: a folder of the shell's own table, or a published file of a job.
 *
 * @returns undefined for a file that the service does not publish
 * @throws JOB_NOT_FOUND for an id that the service cannot have made
 */
export function pathToReveal(
  target: RevealTarget,
  folders: Readonly<Record<ShellFolder, string>>,
  serviceFolders: ServiceFolders,
): string | undefined {
  if (target.kind === 'folder') return folders[target.folder];
  const known = Object.entries(ARTIFACTS).find(([name]) => name === target.name)?.[1];
  return known && serviceFolders.artifact(target.jobId, known.suffix);
}
