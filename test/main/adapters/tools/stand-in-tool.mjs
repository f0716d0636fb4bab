#!/usr/bin/env node
// A small program that behaves as its arguments say: what the tools of others do, on demand.
import { writeFileSync } from 'node:fs';

const [behaviour, ...rest] = process.argv.slice(2);
const behaviours = {
  print: () => process.stdout.write(rest.join('\n')),
  progress: () => {
    process.stdout.write('start\n10%\r50%\r');
    process.stderr.write('a warning\n');
    process.stdout.write('100%');
  },
  fail: () => {
    for (let i = 0; i < 30; i++) process.stderr.write(`line ${i}\n`);
    process.exitCode = Number(rest[0]);
  },
  'out-of-memory': () => {
    process.stderr.write("terminate called after throwing an instance of 'std::bad_alloc'\n");
    process.kill(process.pid, 'SIGABRT');
  },
  die: () => process.kill(process.pid, rest[0]),
  environment: () => process.stdout.write(`${process.env[rest[0]]}\n`),
  write: () => writeFileSync(rest[0], 'written'),
  // Says its process id, then runs on whatever it is told.
  stubborn: () => {
    process.on('SIGTERM', () => {});
    process.stdout.write(`${process.pid}\n`);
    setInterval(() => {}, 1000);
  },
};
behaviours[behaviour]();
