import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

// Tests import the built product through `#main/`, `#shared/` and `#synthetic/` (package.json "imports"), so that worker
// threads, WebAssembly files and child processes run exactly as they ship. `npm test` builds first.
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    // Two at once also where there are two cores only: much of a test's time is waiting.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    testTimeout: 300_000,
    // Of a browser on a busy machine, not of what is tested.
    expect: { poll: { timeout: 30_000 } },
    hookTimeout: 300_000,
  },
});
