import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { JobIdParamsSchema, JobResourceSchema } from '../../../src-shared/api/job-schemas.js';
import { MoveJobSchema, type QueueResource, QueueResourceSchema } from '../../../src-shared/api/queue-schemas.js';
import { jobResource } from '../../jobs/job-resource.js';
import { eventStreams } from '../event-stream.js';
import { problemResponses } from '../problem-responses.js';
import type { ServiceParts } from '../service.js';

const tags = ['queue'];
const answers = { response: { 200: QueueResourceSchema, ...problemResponses() } };

const MOVE = `Puts a waiting job right before another one, or at a \`queue_position\`. The order then stays as it is shown: jobs that
come later wait behind it, unless their priority is higher. Among jobs of another priority the job takes on theirs.`;

/** The queue as a whole: read, followed, paused, put in order. */
export const queueRoutes =
  ({ queueControl, store, access }: ServiceParts): FastifyPluginAsyncZod =>
  async (app) => {
    const openStream = eventStreams(app, access);

    app.get('/queue', { schema: { tags, summary: 'Read the queue', ...answers } }, async () => queueControl.read());

    app.post(
      '/queue/pause',
      { schema: { tags, summary: 'Start no more jobs; what runs goes on. Survives a restart', ...answers } },
      async () => queueControl.setPaused(true),
    );

    app.post('/queue/resume', { schema: { tags, summary: 'Start jobs again', ...answers } }, async () =>
      queueControl.setPaused(false),
    );

    app.post(
      '/jobs/:job_id/move',
      {
        schema: {
          ...{ tags, summary: 'Choose the place of a waiting job', description: MOVE, params: JobIdParamsSchema },
          body: MoveJobSchema,
          response: { 200: JobResourceSchema, ...problemResponses(400, 404, 409, 413, 415) },
        },
      },
      async (request) => {
        const job = queueControl.move(request.params.job_id, request.body);
        return jobResource(job, store.queuePosition(job.job_id));
      },
    );

    app.get(
      '/queue/events',
      {
        exposeHeadRoute: false,
        config: { rateLimit: false },
        schema: {
          tags,
          summary: 'Follow the queue (Server-Sent Events)',
          description: 'Events `queue`, whose data is a `Queue`: how it is now, then how it is after each change.',
          response: {
            200: { description: 'Events', content: { 'text/event-stream': { schema: z.string() } } },
            ...problemResponses(),
          },
        },
      },
      (_request, reply) => {
        const stream = openStream(reply);
        const send = (queue: QueueResource) => stream.write({ type: 'queue', data: JSON.stringify(queue) });
        stream.onClose(queueControl.subscribe(send));
        send(queueControl.read());
      },
    );
  };
