import { fileURLToPath } from 'node:url';
import { build } from 'vite';

// Bundles the preload into one CommonJS file beside the main process's: a sandboxed preload can load no other file.
await build({
  configFile: false,
  logLevel: 'warn',
  publicDir: false,
  build: {
    outDir: fileURLToPath(new URL('../../dist/src-main/electron', import.meta.url)),
    emptyOutDir: false,
    target: 'es2023',
    minify: false,
    sourcemap: false,
    lib: {
      entry: fileURLToPath(new URL('./preload.ts', import.meta.url)),
      formats: ['cjs'],
      fileName: () => 'preload.cjs',
    },
    rolldownOptions: { external: ['electron'] },
  },
});
