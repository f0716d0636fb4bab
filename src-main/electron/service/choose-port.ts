import { createServer } from 'node:net';

/** Where a port may come from. */
export interface PortWishes {
  /** Set by the person, for other programs such as Unity: this one or none. */
  readonly fixed: number | undefined;
  /** Of the last run. The page's own settings belong to its address, so the same one again is better than any. */
  readonly last: number | undefined;
}

/**
 * The port to listen on: the fixed one, whether it is free or not (the service says so if it is not); else that of the last
 * run where it is free; else 0, which lets the system choose a free one.
 *
 * @param isFree replaced in tests
 */
export async function choosePort(
  { fixed, last }: PortWishes,
  isFree: (port: number) => Promise<boolean> = isPortFree,
): Promise<number> {
  if (fixed !== undefined) return fixed;
  return last !== undefined && last > 0 && (await isFree(last)) ? last : 0;
}

/** Whether a port of this computer can be listened on now. */
export function isPortFree(port: number, host = '127.0.0.1'): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve(true)));
  });
}
