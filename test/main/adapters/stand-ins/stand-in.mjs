#!/usr/bin/env node
// Plays the programs of OpenMVG and OpenMVS, by the name it is called by: checks every argument, prints the recorded log of a real
// run with its carriage returns, and writes what that run wrote, for the photos it was given. Needs nothing but Node.js.
import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { OPENMVG } from './stand-in-openmvg.mjs';
import { OPENMVS } from './stand-in-openmvs.mjs';
import { oldOpenMvs } from './stand-in-openmvs-old.mjs';

const name = basename(process.argv[1]);
const args = process.argv.slice(2);
const recorded = process.env.STAND_IN_RECORDED;
/** E.g. `1.1.1`: plays this version of OpenMVS, whose recorded help lies beside this file. */
const version = process.env.STAND_IN_OPENMVS;
const here = dirname(fileURLToPath(import.meta.url));

/** Ends as the real programs do on arguments that they do not know. */
function refuse(why) {
  process.stderr.write(`stand-in ${name}: ${why}\n`);
  process.exit(64);
}

/** The arguments by flag; all of the flags in `spec`, and no others. A flag's test says whether its value is right. */
function parse(spec) {
  const values = {};
  for (let i = 0; i < args.length; i++) {
    const test = spec[args[i]];
    if (test === undefined) refuse(`unexpected ${args[i]}`);
    if (args[i] in values) refuse(`${args[i]} twice`);
    const value = test === true ? true : args[++i];
    if (test !== true && !test(value)) refuse(`bad value of ${args[i - 1]}: ${value}`);
    values[test === true ? args[i] : args[i - 1]] = value;
  }
  for (const [flag, test] of Object.entries(spec)) {
    if (!(flag in values) && !test.isOptional) refuse(`${flag} is missing`);
  }
  return values;
}

async function main() {
  const isOld = version !== undefined && name in OPENMVS;
  const program = isOld ? oldOpenMvs(name, version) : (OPENMVG[name] ?? OPENMVS[name]);
  if (program === undefined) refuse('no such program');
  if (args.at(-1) === '--help' && (args.length === 1 || (args.length === 3 && args[0] === '--working-folder'))) {
    const path = isOld ? join(here, `openmvs-${version}`, `${name}.txt`) : `${recorded}/help/${name}.txt`;
    const help = readFileSync(path, 'utf8').replace(/exit \d+\s*$/, '');
    process.stdout.write(help);
    return 1;
  }
  const values = parse(program.spec);
  // E.g. `DensifyPointCloud:SIGSEGV`, `openMVG_main_SfM:failures/sfm-unrelated`, `TextureMesh:garbage`.
  const [failing, failure] = (process.env.STAND_IN_FAILS ?? '').split(':');
  const fails = failing === name ? failure : undefined;
  if (fails?.startsWith('failures/')) {
    const log = readFileSync(`${recorded}/${fails}.log`, 'utf8');
    process.stdout.write(log.replace(/exit \d+\s*$/, ''));
    return Number(/exit (\d+)\s*$/.exec(log)[1]);
  }
  if (program.log) process.stdout.write(readFileSync(`${recorded}/logs/${program.log}.log`));
  await sleep(Number(process.env.STAND_IN_MS ?? 0));
  if (fails?.startsWith('SIG')) {
    process.kill(process.pid, fails);
    await sleep(10_000);
  }
  if (fails === 'memory') {
    process.stderr.write(
      "terminate called after throwing an instance of 'std::bad_alloc'\n  what():  std::bad_alloc\n",
    );
    return 134;
  }
  if (fails === 'nothing') return 0;
  program.run(values, { recorded, isGarbage: fails === 'garbage' });
  return 0;
}

process.exitCode = await main();
