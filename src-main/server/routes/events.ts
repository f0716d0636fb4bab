import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { JobIdParamsSchema } from '../../../src-shared/api/job-schemas.js';
import { hasEnded } from '../../../src-shared/job/job-state.js';
import type { JobEvent } from '../../jobs/job-events.js';
import { NO_CONTENT } from '../answer-schemas.js';
import { eventStreams } from '../event-stream.js';
import { problemResponses } from '../problem-responses.js';
import type { ServiceParts } from '../service.js';

const DESCRIPTION = `Events: \`status\` (the job), \`preview\` (cameras and points while they are solved, depth maps and meshes
as they come; its picture, if it has one, is at \`previews/{id of the event}\`), \`queue\` (the place in the queue), \`deleted\`. The
stream ends when the job has ended. \`Last-Event-ID\` continues where a connection broke off; 204 says that nothing follows.`;

/** Live events of a job as Server-Sent Events, replayed from `Last-Event-ID`. */
export const eventRoutes =
  ({ store, events, access }: ServiceParts): FastifyPluginAsyncZod =>
  async (app) => {
    const openStream = eventStreams(app, access);

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

        const stream = openStream(reply);
        const send = ({ eventId, type, data }: JobEvent) =>
          stream.write({ ...(eventId === undefined ? {} : { id: eventId }), type, data });
        // Replay and subscription happen in one turn of the event loop: nothing is missed and nothing comes twice.
        stream.onClose(
          events.subscribe(jobId, (event) => {
            send(event);
            if (isLast(event)) stream.end();
          }),
        );
        for (const event of missed) send(event);
        if (hasEnded(job.status)) stream.end();
      },
    );
  };

const StatusSchema = z.object({ status: z.string() });

function isLast({ type, data }: JobEvent): boolean {
  if (type !== 'status') return type === 'deleted';
  const { status } = StatusSchema.parse(JSON.parse(data));
  return status === 'completed' || status === 'failed' || status === 'cancelled';
}
