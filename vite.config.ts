import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// The renderer: static files in dist/renderer, which `atlas serve` serves at `/`. Screens with a 3D view are loaded when they
// are opened, so three.js is in no file that the first screen needs.
export default defineConfig({
  root: 'src-renderer',
  base: './',
  plugins: [react()],
  build: {
    outDir: '../dist/renderer',
    emptyOutDir: true,
    target: 'es2023',
    sourcemap: false,
    // Fonts stay files: the page's policy allows none inside styles.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1200,
  },
});
