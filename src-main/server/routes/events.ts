import type { ServerResponse } from 'node:http';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { JobIdParamsSchema } from '../../../src-shared/api/job-schemas.js';
import { hasEnded } from '../../../src-shared/job/job-state.js';
import type { JobEvent } from '../../jobs/job-events.js';
import { NO_CONTENT } from '../answer-schemas.js';
import { problemResponses } from '../problem-responses.js';
import type { ServiceParts } from '../service.js';

/** A comment line so often: proxies and browsers then do not take a quiet connection for a dead one. */
const HEARTBEAT_MS = 15_000;
const RECONNECT_MS = 2000;

/** A client that does not read is cut off when so much waits for it; it reconnects and is given what it missed. */
const MAX_BUFFERED_BYTES = 4 * 1024 ** 2;

const DESCRIPTION = `Events: \`status\` (the job), \`preview\` (cameras and points while they are solved, depth maps and meshes
as they come; its picture, if it has one, is at \`previews/{id of the event}\`), \`queue\` (the place in the queue), \`deleted\`. The
stream ends when the job has ended. \`Last-Event-ID\` continues where a connection broke off; 204 says that nothing follows.`;

/** Live events of a job as Server-Sent Events, replayed from `Last-Event-ID`. */
export const eventRoutes =
  ({ store, events }: ServiceParts): FastifyPluginAsyncZod =>
  async (app) => {
    const open = new Set<ServerResponse>();
    // A stream would keep the service from ending.
    app.addHook('preClose', async () => {
      for (const raw of open) raw.end();
    });

    app.get(
      '/jobs/:job_id/events',
      {
        exposeHeadRoute: false,
        config: { rateLimit: false },
        schema: {
          tags: ['events'],
          summary: 'Follow a job (Server-Sent Events)',
          description: DESCRIPTION,
          params: JobIdParamsSchema,
          headers: z.object({
            'last-event-id': z
              .string()
              .regex(/^\d{1,15}$/)
              .optional(),
          }),
          response: {
            200: { description: 'Events', content: { 'text/event-stream': { schema: z.string() } } },
            204: NO_CONTENT,
            ...problemResponses(400, 404),
          },
        },
      },
      async (request, reply) => {
        const { job_id: jobId } = request.params;
        const job = store.get(jobId);
        const missed = events.replay(jobId, Number(request.headers['last-event-id'] ?? 0));
        if (hasEnded(job.status) && missed.length === 0) return reply.code(204).send(null);

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
        // Replay and subscription happen in one turn of the event loop: nothing is missed and nothing comes twice.
        const unsubscribe = events.subscribe(jobId, (event) => {
          write(eventText(event));
          if (isLast(event)) raw.end();
        });
        const heartbeat = setInterval(() => write(': \n\n'), HEARTBEAT_MS);
        open.add(raw);
        raw.once('close', () => {
          clearInterval(heartbeat);
          unsubscribe();
          open.delete(raw);
        });
        write(`retry: ${RECONNECT_MS}\n\n`);
        for (const event of missed) write(eventText(event));
        if (hasEnded(job.status)) raw.end();
      },
    );
  };

const eventText = ({ eventId, type, data }: JobEvent): string =>
  `${eventId === undefined ? '' : `id: ${eventId}\n`}event: ${type}\ndata: ${data}\n\n`;

const StatusSchema = z.object({ status: z.string() });

function isLast({ type, data }: JobEvent): boolean {
  if (type !== 'status') return type === 'deleted';
  const { status } = StatusSchema.parse(JSON.parse(data));
  return status === 'completed' || status === 'failed' || status === 'cancelled';
}
