import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** What OpenMVG and OpenMVS wrote in real runs, beside the repository. */
const FOLDER = fileURLToPath(new URL('../../../../shared/fixtures/openmvg-openmvs', import.meta.url));

export const hasRecorded = existsSync(FOLDER);
if (!hasRecorded)
  process.stdout.write('skipped: recorded runs of OpenMVG and OpenMVS are not here (../shared/fixtures)\n');

/** Absolute path of a recorded file. */
export const recorded = (name: string) => `${FOLDER}/${name}`;
