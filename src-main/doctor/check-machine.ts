import type { DoctorCheck } from '../../src-shared/api/doctor-schemas.js';
import { checkContainers, checkEngines } from './engine-checks.js';
import { checkDisk, checkMemory, checkNode, checkProcessors, checkSimd, checkThreads } from './machine-checks.js';
import { checkHeic, checkImages } from './photo-checks.js';

/** Looks at all that Atlas uses of this computer. @param folder whose disk is looked at */
export async function checkMachine(folder: string): Promise<readonly DoctorCheck[]> {
  return [
    checkNode(),
    checkProcessors(),
    await checkMemory(),
    await checkDisk(folder),
    checkSimd(),
    await checkThreads(),
    await checkImages(),
    await checkHeic(),
    ...(await checkEngines()),
    await checkContainers(),
  ];
}
