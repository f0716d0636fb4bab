import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { BENCH_SETS } from './bench-sets.js';
import { benchTable, stageTable } from './bench-table.js';
import { type BenchResult, runSet } from './run-set.js';

const USAGE = `usage: npm run bench -- [SHARED] [--sets temple,saharov,...] [--tier TIER] [--threads N] [--until STEP]
                          [--engine ENGINE] [--sfm ENGINE] [--dense ENGINE]
                          [--out FOLDER] [--compare FILE]

Reconstructs the photo sets in SHARED/datasets (default ../shared), scores them with SHARED/eval and prints a table.
The figures go to FOLDER/bench.json (default out/bench); --compare shows the changes against such a file.
Sets: ${BENCH_SETS.map(({ name }) => name).join(', ')}`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    sets: { type: 'string' },
    tier: { type: 'string' },
    threads: { type: 'string' },
    until: { type: 'string' },
    engine: { type: 'string' },
    sfm: { type: 'string' },
    dense: { type: 'string' },
    out: { type: 'string', default: 'out/bench' },
    compare: { type: 'string' },
    help: { type: 'boolean' },
  },
});

const shared = resolve(positionals[0] ?? '../shared');
const names = values.sets?.split(',') ?? BENCH_SETS.map(({ name }) => name);
const unknown = names.filter((name) => !BENCH_SETS.some((set) => set.name === name));
if (values.help || unknown.length > 0 || !existsSync(join(shared, 'datasets'))) {
  console.error(unknown.length > 0 ? `no such set: ${unknown.join(', ')}\n\n${USAGE}` : USAGE);
  process.exit(values.help ? 0 : 2);
}

const out = resolve(values.out);
await mkdir(out, { recursive: true });
const earlier =
  values.compare === undefined ? [] : (JSON.parse(await readFile(values.compare, 'utf8')) as BenchResult[]);
const passedOn = (['tier', 'threads', 'until', 'engine', 'sfm', 'dense'] as const).flatMap((name) =>
  values[name] === undefined ? [] : [`--${name}`, values[name]],
);

const results: BenchResult[] = [];
for (const set of BENCH_SETS.filter(({ name }) => names.includes(name))) {
  console.error(`${set.name} ...`);
  results.push(await runSet(set, { shared, out }, passedOn));
  // After each set: a bench that is stopped has not been for nothing.
  await writeFile(join(out, 'bench.json'), `${JSON.stringify(results, null, 2)}\n`);
}
console.log(`${benchTable(results, earlier)}\n\n${stageTable(results)}`);
if (results.some(({ exitCode }) => exitCode !== 0)) process.exitCode = 1;
