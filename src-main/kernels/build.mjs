// Compiles every kernel folder's assembly.ts to dist/src-main/kernels/NAME/kernel.wasm with AssemblyScript.
// A kernel whose sources are older than its .wasm is left alone. No native toolchain is involved.
import { mkdir, readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const kernelsFolder = dirname(fileURLToPath(import.meta.url));
const repository = join(kernelsFolder, '..', '..');
const outputFolder = join(repository, 'dist', 'src-main', 'kernels');

const modified = async (path) => (await stat(path).catch(() => undefined))?.mtimeMs ?? 0;

let failed = false;
for (const name of (await readdir(kernelsFolder)).sort()) {
  const folder = join(kernelsFolder, name);
  const files = (await stat(folder)).isDirectory() ? await readdir(folder) : [];
  if (!files.includes('assembly.ts')) continue;

  const output = join(outputFolder, name, 'kernel.wasm');
  const sources = files.filter((file) => file.startsWith('assembly')).map((file) => join(folder, file));
  const newest = Math.max(...(await Promise.all([...sources, fileURLToPath(import.meta.url)].map(modified))));
  if ((await modified(output)) > newest) continue;

  await mkdir(dirname(output), { recursive: true });
  // No relaxed SIMD: Node 20 lacks it, and its results differ between processors.
  const { error, stderr } = await asc.main([
    join(folder, 'assembly.ts'),
    ...['--outFile', output],
    ...['--enable', 'simd', '-O3', '--noAssert', '--runtime', 'stub'],
  ]);
  if (error) {
    failed = true;
    console.error(`kernel ${name}: ${error.message}\n${stderr.toString()}`);
  } else {
    console.log(`kernel ${name} built`);
  }
}
process.exit(failed ? 1 : 0);
