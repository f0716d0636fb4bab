import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { JobIdParamsSchema } from '../../../src-shared/api/job-schemas.js';
import { hasEnded } from '../../../src-shared/job/job-state.js';
import type { JobEvent } from '../../jobs/job-events.js';
import { problemResponses } from '../problem-responses.js';
import type { ServiceParts } from '../service.js';
import { visibleEventData } from './visible-event.js';

/** A comment line so often: proxies and browsers then do not take a quiet connection for a dead one. */
const HEARTBEAT_MS = 15_000;

/** A client that does not read is cut off when so much waits for it; it reconnects and is given the newest state. */
const MAX_BUFFERED_BYTES = 4 * 1024 ** 2;

const text = (event: JobEvent): string => {
  const id = event.type === 'deleted' ? '' : `id: ${event.eventId}\n`;
  return `${id}event: ${event.type}\ndata: ${visibleEventData(event)}\n\n`;
};

/** Live events of a job as Server-Sent Events, replayed from `Last-Event-ID`. */
export const eventRoutes =
  ({ store, events }: ServiceParts): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      '/jobs/:job_id/events',
      {
        schema: {
          tags: ['events'],
          summary: 'Follow a job (Server-Sent Events)',
          description:
            'Events: `status` (the job), `preview` (cameras, points, depth maps as they come), `deleted`. The stream ends after a job has ended. `Last-Event-ID` continues where a connection broke off.',
          params: JobIdParamsSchema,
          headers: z.object({
            'last-event-id': z
              .string()
              .regex(/^\d{1,15}$/)
              .optional(),
          }),
          response: {
            200: { description: 'Events', content: { 'text/event-stream': { schema: z.string() } } },
            ...problemResponses(400, 404),
          },
        },
      },
      async (request, reply) => {
        const { job_id: jobId } = request.params;
        const job = store.get(jobId);
        const after = Number(request.headers['last-event-id'] ?? 0);

        reply.hijack();
        const { raw } = reply;
        raw.writeHead(200, {
          ...Object.fromEntries(Object.entries(reply.getHeaders()).map(([name, value]) => [name, String(value)])),
          'content-type': 'text/event-stream; charset=utf-8',
          'cache-control': 'no-store',
          'x-accel-buffering': 'no',
        });
        let lastId = after;
        const send = (event: JobEvent): void => {
          if (event.eventId <= lastId) return;
          lastId = event.eventId;
          raw.write(text(event));
          if (raw.writableLength > MAX_BUFFERED_BYTES) raw.destroy();
          else if (event.type === 'deleted' || isLast(event)) raw.end();
        };
        // Subscribed before the replay, in one turn of the event loop: nothing is missed and nothing comes twice.
        const unsubscribe = events.subscribe(jobId, send);
        const heartbeat = setInterval(() => raw.write(': \n\n'), HEARTBEAT_MS);
        raw.once('close', () => {
          clearInterval(heartbeat);
          unsubscribe();
        });
        raw.write('retry: 2000\n\n');
        for (const event of events.replay(jobId, after)) send(event);
        if (hasEnded(job.status) && !raw.writableEnded) raw.end();
      },
    );
  };

function isLast(event: JobEvent): boolean {
  return (
    event.type === 'status' && hasEnded((JSON.parse(event.data) as { status: Parameters<typeof hasEnded>[0] }).status)
  );
}
