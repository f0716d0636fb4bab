#!/usr/bin/env node
import { buildProgram } from './program.js';
import { runProgram } from './run-program.js';

// A reader that goes away (`atlas ... | head`) ends the output, not the run.
process.stdout.on('error', () => {});
process.stderr.on('error', () => {});

// Not only `exitCode`: a run that had to be cut short may have threads that still compute.
process.exit(await runProgram(buildProgram(), process.argv));
