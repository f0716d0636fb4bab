#!/usr/bin/env node
// A small program that behaves as its arguments say: what the tools of others do, on demand.
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

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
  read: () => process.stdout.write(readFileSync(rest[0])),
  // Says whose process it is, and which network interfaces and environment it has.
  identity: () => {
    const interfaces = readFileSync('/proc/net/dev', 'utf8').match(/^\s*\w+(?=:)/gm);
    const lines = [
      `${process.getuid()}:${process.getgid()}`,
      interfaces.map((name) => name.trim()).join(),
      process.env.HOME,
    ];
    process.stdout.write(lines.join('\n'));
  },
  // Takes ever more memory and uses it.
  greedy: () => {
    const taken = [];
    setInterval(() => taken.push(Buffer.alloc(16 * 1024 ** 2, 1)), 1);
  },
  // A process of its own and its child, which is what a killed shell script would leave.
  family: () => {
    spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    process.stdout.write('ready\n');
    setInterval(() => {}, 1000);
  },
  // Says its process id, then runs on whatever it is told.
  stubborn: () => {
    process.on('SIGTERM', () => {});
    process.stdout.write(`${process.pid}\n`);
    setInterval(() => {}, 1000);
  },
};
behaviours[behaviour]();
