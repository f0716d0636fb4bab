import { resolve } from 'node:path';

/**
 * The files and folders named on a command line: all that is neither the program, nor the folder that a development build is
 * started with, nor a switch. Windows also starts programs so for files that are dropped on their icon.
 *
 * @param argv of the process, its program first
 * @param workingFolder that relative paths belong to
 * @param isPackaged whether argv[1] is the first argument; in development it is the application's folder
 * @returns absolute paths, whether or not anything is there
 */
export function pathsFromArgv(argv: readonly string[], workingFolder: string, isPackaged: boolean): string[] {
  const given = argv.slice(1);
  const end = given.indexOf('--');
  const named = given.filter((argument, at) => !argument.startsWith('-') || (end !== -1 && at > end));
  // Chromium moves switches about, but the application's folder stays the first of the others.
  return named.slice(isPackaged ? 0 : 1).map((path) => resolve(workingFolder, path));
}
