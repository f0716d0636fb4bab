import { dirname, relative, sep } from 'node:path';

/**
 * Names for people and for images.txt: the path below the folder that all photos share, with forward slashes, Unicode NFC,
 * without control characters and backslashes; two photos never have the same name.
 *
 * @param files with absolute paths, each once; one that has a name of its own is called so
 * @returns a name for each
 */
export function namePhotos(files: readonly { readonly path: string; readonly name?: string }[]): string[] {
  const root = sharedFolder(files.map(({ path }) => path));
  const taken = new Set<string>();
  return files.map((file) => {
    const below = file.name ?? relative(root, file.path).split(sep).join('/');
    const name = below.normalize('NFC').replace(UNSAFE, '_');
    let unique = name;
    for (let n = 2; taken.has(unique); n++) unique = name.replace(/(\.[^./]*)?$/, (extension) => `~${n}${extension}`);
    taken.add(unique);
    return unique;
  });
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must go (line breaks would break images.txt)
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\\]/g;

function sharedFolder(paths: readonly string[]): string {
  let shared = paths[0] === undefined ? sep : dirname(paths[0]);
  for (const path of paths) {
    while (!path.startsWith(shared.endsWith(sep) ? shared : shared + sep)) shared = dirname(shared);
  }
  return shared;
}
