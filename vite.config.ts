import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/** The studio speaks English: the component library's strings in thirty other languages (60 kB) are left out. */
const englishOnly: Plugin = {
  name: 'english-only',
  enforce: 'pre',
  load: (id) =>
    /react-aria[^?]*\/intl\/[^?]*\/(?!en-US)[a-z]{2}-[A-Z]{2}\.m?js$/.test(id) ? 'export default undefined;' : null,
};

// The renderer: static files in dist/renderer, which `atlas serve` serves at `/`. Screens with a 3D view are loaded when they
// are opened, so three.js is in no file that the first screen needs.
export default defineConfig({
  root: 'src-renderer',
  base: './',
  plugins: [englishOnly, react()],
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
