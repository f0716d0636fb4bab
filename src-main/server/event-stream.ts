import type { ServerResponse } from 'node:http';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { AccessToken } from './access-token.js';

/** A comment line so often: proxies and browsers then do not take a quiet connection for a dead one. */
const HEARTBEAT_MS = 15_000;
const RECONNECT_MS = 2000;

/** A client that does not read is cut off when so much waits for it; it reconnects and is given what it missed. */
const MAX_BUFFERED_BYTES = 4 * 1024 ** 2;

/** A stream of Server-Sent Events to one client. */
export interface EventStream {
  write(event: { readonly id?: number; readonly type: string; readonly data: string }): void;
  end(): void;
  /** Told once when the stream has ended, whoever ended it. */
  onClose(listener: () => void): void;
}

/** @returns a function that turns a reply into a stream; all end with the server, and with the token that has opened them */
export function eventStreams(app: FastifyInstance, access: AccessToken): (reply: FastifyReply) => EventStream {
  const open = new Set<ServerResponse>();
  // A stream would keep the service from ending.
  const endAll = () => {
    for (const raw of open) raw.end();
  };
  app.addHook('preClose', async () => endAll());
  access.onRenewed(endAll);
  return (reply) => {
    reply.hijack();
    const { raw } = reply;
    raw.writeHead(200, {
      ...Object.fromEntries(Object.entries(reply.getHeaders()).map(([name, value]) => [name, String(value)])),
      ...{ 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store' },
      'x-accel-buffering': 'no',
    });
    raw.on('error', () => raw.destroy());
    const write = (text: string): void => {
      if (raw.writableEnded || raw.destroyed) return;
      raw.write(text);
      if (raw.writableLength > MAX_BUFFERED_BYTES) raw.destroy();
    };
    const heartbeat = setInterval(() => write(': \n\n'), HEARTBEAT_MS);
    open.add(raw);
    raw.once('close', () => {
      clearInterval(heartbeat);
      open.delete(raw);
    });
    write(`retry: ${RECONNECT_MS}\n\n`);
    return {
      write: ({ id, type, data }) => write(`${id === undefined ? '' : `id: ${id}\n`}event: ${type}\ndata: ${data}\n\n`),
      end: () => raw.end(),
      onClose: (listener) => raw.once('close', listener),
    };
  };
}
