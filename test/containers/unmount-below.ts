import { readFile } from 'node:fs/promises';
import { execa } from 'execa';

/** Takes down what a container engine has mounted in its folder, so that the folder can be removed. */
export async function unmountBelow(folder: string): Promise<void> {
  const mounts = (await readFile('/proc/mounts', 'utf8')).split('\n').map((line) => line.split(' ')[1] ?? '');
  for (const mount of mounts.filter((path) => path.startsWith(folder)).reverse()) {
    await execa('umount', ['--lazy', mount], { reject: false });
  }
}
