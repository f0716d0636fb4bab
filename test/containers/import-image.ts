import { chmod, cp, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';

/** What an image made for a test holds: nothing is downloaded, all of it is on this computer. */
export interface ImageContent {
  /**
   * Path in the image -> path on this computer, of files and of folders (whole). The shared libraries that a program or library
   * loads go in with it, at their own paths.
   */
  readonly files: Readonly<Record<string, string>>;
  /** Links: path in the image -> what it points to. */
  readonly links?: Readonly<Record<string, string>>;
  /** `KEY=value` of all containers. */
  readonly env?: readonly string[];
}

/** A shell, and Node.js for stand-in programs that begin with `#!/usr/bin/env node`. */
export const SCRIPT_FILES: Readonly<Record<string, string>> = {
  '/bin/sh': '/bin/sh',
  '/usr/bin/env': '/usr/bin/env',
  '/usr/local/bin/node': process.execPath,
};

/**
 * Makes an image of a folder with the files, as `docker import` does.
 *
 * @param engine docker or podman
 * @param name with or without tag
 * @param folder absolute path of a folder to make and remove
 * @returns the name
 */
export async function importImage(
  engine: 'docker' | 'podman',
  name: string,
  content: ImageContent,
  folder: string,
): Promise<string> {
  await rm(folder, { recursive: true, force: true });
  for (const standard of ['tmp', 'etc', 'proc', 'sys', 'dev']) await mkdir(join(folder, standard), { recursive: true });
  await chmod(join(folder, 'tmp'), 0o1777);
  await writeFile(join(folder, 'etc/passwd'), 'root:x:0:0:root:/:/bin/sh\n');
  for (const [inside, path] of Object.entries(content.files)) {
    await add(folder, inside, path);
    for (const library of await librariesOf(path)) await add(folder, library, library);
  }
  for (const [inside, target] of Object.entries(content.links ?? {})) {
    await mkdir(dirname(join(folder, inside)), { recursive: true });
    await symlink(target, join(folder, inside));
  }
  const tar = execa('tar', ['--create', '--directory', folder, '.'], { encoding: 'buffer', buffer: false });
  const changes = (content.env ?? []).flatMap((entry) => ['--change', `ENV ${entry}`]);
  await execa(engine, ['import', ...changes, '-', name], { stdin: tar.stdout, timeout: 120_000 });
  await rm(folder, { recursive: true, force: true });
  return name;
}

async function add(folder: string, inside: string, path: string): Promise<void> {
  const target = join(folder, inside);
  await mkdir(dirname(target), { recursive: true });
  await cp(path, target, { recursive: true, dereference: true, force: false });
}

/** Absolute paths of the shared libraries that a file needs, as the loader finds them; none for scripts and folders. */
async function librariesOf(path: string): Promise<string[]> {
  const { stdout, exitCode } = await execa('ldd', [path], { reject: false });
  if (exitCode !== 0) return [];
  return [...stdout.matchAll(/(?:=> |^\s*)(\/\S+) \(0x/gm)].map((match) => match[1]!);
}
