import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { REPOSITORY } from './source-files.js';

const LIMITS = { source: 300, kernel: 500 } as const;
/** Above the limit a file is told of; above this factor of it the test fails: a habit, not a wall. */
const TOLERANCE = 1.5;

it('keeps files short enough to read', () => {
  const lengths = ['src-shared', 'src-main'].flatMap((folder) =>
    readdirSync(join(REPOSITORY, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => {
        const lines = readFileSync(join(REPOSITORY, folder, name), 'utf8').split('\n').length - 1;
        const limit = /assembly[^/]*\.ts$/.test(name) ? LIMITS.kernel : LIMITS.source;
        return { name: `${folder}/${name}`, lines, limit };
      }),
  );
  const long = lengths.filter(({ lines, limit }) => lines > limit);
  for (const { name, lines, limit } of long) process.stdout.write(`longer than ${limit} lines: ${name} (${lines})\n`);
  expect(long.filter(({ lines, limit }) => lines > limit * TOLERANCE)).toEqual([]);
});
