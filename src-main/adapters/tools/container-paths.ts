import { posix, win32 } from 'node:path';
import { StudioError } from '../../../src-shared/errors/studio-error.js';
import type { ToolFolder } from './tool-command.js';

/**
 * The name that a container has for a path of this computer.
 *
 * @param platform whose paths they are
 * @throws INTERNAL when no folder of the command holds it
 */
export function containerPathOf(
  path: string,
  folders: readonly ToolFolder[],
  platform: NodeJS.Platform = process.platform,
): string {
  const { relative, sep, isAbsolute } = platform === 'win32' ? win32 : posix;
  for (const folder of folders) {
    const inside = relative(folder.path, path);
    if (inside === '') return folder.containerPath;
    if (inside !== '..' && !inside.startsWith(`..${sep}`) && !isAbsolute(inside)) {
      return posix.join(folder.containerPath, ...inside.split(sep));
    }
  }
  throw new StudioError('INTERNAL', { message: 'A tool was given a path outside its folders.', details: { path } });
}

/**
 * A folder as the container engine's virtual machine knows it. macOS and Linux: as it is. Windows: `C:\Users\me` becomes
 * `C:/Users/me`, which Docker Desktop and podman map into their machine; long-path prefixes go.
 *
 * @throws OUTPUT_NOT_WRITABLE for Windows network folders, which no container can be given
 */
export function mountSourceOf(path: string, platform: NodeJS.Platform = process.platform): string {
  if (platform !== 'win32') return path;
  const plain = path.replace(/^\\\\\?\\(?=[a-z]:)/i, '');
  if (/^[a-z]:[\\/]/i.test(plain)) return plain.replaceAll('\\', '/');
  throw new StudioError('OUTPUT_NOT_WRITABLE', {
    message: 'A container cannot use a network folder.',
    hint: 'Choose a folder on a drive of this computer, such as C:, or use the built-in engine.',
    details: { path },
  });
}
