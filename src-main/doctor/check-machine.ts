import type { DoctorCheck } from '../../src-shared/api/doctor-schemas.js';
import { type EngineStatus, engineStatuses } from '../adapters/engine-status.js';
import { checkContainers, checkEngines } from './engine-checks.js';
import { checkDisk, checkMemory, checkNode, checkProcessors, checkSimd, checkThreads } from './machine-checks.js';
import { checkHeic, checkImages } from './photo-checks.js';

/**
 * Looks at all that Atlas uses of this computer.
 *
 * @param folder whose disk is looked at
 * @param findEngines looks for the engines
 */
export async function checkMachine(
  folder: string,
  findEngines: () => Promise<readonly EngineStatus[]> = () => engineStatuses(process.env),
): Promise<readonly DoctorCheck[]> {
  return [
    checkNode(),
    checkProcessors(),
    await checkMemory(),
    await checkDisk(folder),
    checkSimd(),
    await checkThreads(),
    await checkImages(),
    await checkHeic(),
    ...checkEngines(await findEngines()),
    await checkContainers(),
  ];
}
