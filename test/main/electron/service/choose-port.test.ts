import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { choosePort, isPortFree } from '#main/electron/service/choose-port.js';

const free = async () => true;
const taken = async () => false;

describe('the port of the service in the shell', () => {
  it('is the fixed one, also where it is taken: other programs count on it', async () => {
    expect(await choosePort({ fixed: 8787, last: 5000 }, taken)).toBe(8787);
  });

  it('is the last one where it is free', async () => {
    expect(await choosePort({ fixed: undefined, last: 5000 }, free)).toBe(5000);
  });

  it('is left to the system at first, and where the last one is taken', async () => {
    expect(await choosePort({ fixed: undefined, last: undefined }, free)).toBe(0);
    expect(await choosePort({ fixed: undefined, last: 5000 }, taken)).toBe(0);
  });

  it('is tried on this computer', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    expect(await isPortFree(port)).toBe(false);
    await new Promise((resolve) => server.close(resolve));
    expect(await isPortFree(port)).toBe(true);
  });
});
