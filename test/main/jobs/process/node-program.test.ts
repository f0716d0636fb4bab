import { expect, it } from 'vitest';
import { nodeProgram } from '#main/jobs/process/node-program.js';

const ELECTRON = { execPath: '/Atlas', versions: { node: '24.0.0', electron: '45.4.1' }, env: { HOME: '/home/ann' } };

it('leaves a fork of Node.js as it is', () => {
  expect(nodeProgram({ ...ELECTRON, versions: { node: '24.0.0' } })).toEqual({});
});

it('makes Electron run as Node.js, in the same environment', () => {
  expect(nodeProgram(ELECTRON)).toEqual({
    execPath: '/Atlas',
    env: { HOME: '/home/ann', ELECTRON_RUN_AS_NODE: '1' },
  });
});

it('takes the helper on macOS, which has no icon in the dock', () => {
  expect(nodeProgram({ ...ELECTRON, helperExecPath: '/Atlas Helper' }).execPath).toBe('/Atlas Helper');
});
