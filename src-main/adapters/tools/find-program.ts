import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import { StudioError } from '../../../src-shared/errors/studio-error.js';

/**
 * Absolute path of a program.
 *
 * @param program name without folder and `.exe`, or an absolute path
 * @param binFolder where to look; the folders of PATH when absent
 * @throws TOOL_NOT_FOUND
 */
export async function findProgram(program: string, binFolder?: string): Promise<string> {
  if (isAbsolute(program)) {
    if (await isExecutable(program)) return program;
  } else {
    const folders = binFolder === undefined ? (process.env.PATH ?? '').split(delimiter) : [binFolder];
    for (const folder of folders.filter((name) => name !== '')) {
      for (const extension of EXTENSIONS) {
        const path = join(folder, program + extension);
        if (await isExecutable(path)) return path;
      }
    }
  }
  throw new StudioError('TOOL_NOT_FOUND', {
    message: `The program ${program} was not found${binFolder === undefined ? '' : ' in the configured folder'}.`,
    details: { program, ...(binFolder === undefined ? {} : { folder: binFolder }) },
  });
}

/** Batch files are left out: they run in a shell, which arguments must not reach. */
const EXTENSIONS = process.platform === 'win32' ? ['.exe', '.com'] : [''];

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
