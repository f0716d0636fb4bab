import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { StudioError } from '../../../src-shared/errors/studio-error.js';
import { problemOf } from './problems.js';

/** A body must come at this pace on average once its time of grace is over: slower than any line that photos are sent on. */
const MIN_BYTES_PER_SECOND = 1024;
const LOOK_EVERY_MS = 1000;

/** Ends requests whose body trickles in to keep a connection busy (slow loris). @param graceMs in which any pace will do */
export function registerSlowBodies(app: FastifyInstance, graceMs: number): void {
  const arriving = new Map<FastifyRequest, { reply: FastifyReply; startMs: number; bytesBefore: number }>();
  app.addHook('onRequest', async (request, reply) => {
    if (request.raw.complete || request.ws) return;
    arriving.set(request, { reply, startMs: performance.now(), bytesBefore: request.raw.socket.bytesRead });
    // A reply that is sent raw does not run the hooks, but its response closes.
    reply.raw.once('close', () => arriving.delete(request));
  });
  const timer = setInterval(() => {
    for (const [request, { reply, startMs, bytesBefore }] of arriving) {
      const ms = performance.now() - startMs;
      if (request.raw.complete) arriving.delete(request);
      else if (ms > graceMs && (request.raw.socket.bytesRead - bytesBefore) / ms < MIN_BYTES_PER_SECOND / 1000) {
        arriving.delete(request);
        end(request, reply);
      }
    }
  }, LOOK_EVERY_MS).unref();
  app.addHook('onClose', async () => clearInterval(timer));
}

function end({ raw }: FastifyRequest, reply: FastifyReply): void {
  if (reply.raw.headersSent) {
    raw.destroy();
    return;
  }
  const problem = problemOf(new StudioError('API_REQUEST_TIMEOUT'));
  reply.hijack();
  reply.raw.writeHead(problem.status, { 'content-type': 'application/problem+json', connection: 'close' });
  reply.raw.end(JSON.stringify(problem), () => raw.destroy());
}
