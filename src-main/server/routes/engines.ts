import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { type ImagePull, ImagePullSchema, PULLABLE_ENGINES } from '../../../src-shared/api/pull-schemas.js';
import { eventStreams } from '../event-stream.js';
import { problemResponses } from '../problem-responses.js';
import type { ServiceParts } from '../service.js';

const tags = ['engines'];
const EngineParamsSchema = z.object({ engine: z.enum(PULLABLE_ENGINES) });

const PULL = `Downloads the container image of an engine by the Docker or Podman of the computer that the service runs on: the default
image, or what the operator has set (\`ATLAS_<ENGINE>_IMAGE\`). Nothing else ever does. An image that is being pulled already is not
pulled twice: the answer is that pull. Follow it with \`GET\` or \`/engines/events\`; what fails after the start is in its \`error\`:
\`REGISTRY_UNREACHABLE\`, \`DISK_FULL\`, \`DOCKER_NOT_RUNNING\`, \`IMAGE_PULL_FAILED\`. Once it is completed \`/capabilities\` has the
engine; nothing needs a restart.`;

/** Container images of other engines, downloaded on request. */
export const engineRoutes =
  ({ pulls, access }: ServiceParts): FastifyPluginAsyncZod =>
  async (app) => {
    const openStream = eventStreams(app, access);

    app.get(
      '/engines/:engine/pull',
      {
        schema: {
          ...{ tags, summary: "Read the download of an engine's container image", params: EngineParamsSchema },
          response: { 200: ImagePullSchema, ...problemResponses(400) },
        },
      },
      async (request) => pulls.read(request.params.engine),
    );

    app.post(
      '/engines/:engine/pull',
      {
        schema: {
          ...{ tags, summary: "Download an engine's container image", description: PULL, params: EngineParamsSchema },
          response: { 202: ImagePullSchema, ...problemResponses(400, 503) },
        },
      },
      async (request, reply) => {
        const pull = await pulls.start(request.params.engine);
        return reply.code(202).header('location', `/api/v1/engines/${pull.engine}/pull`).send(pull);
      },
    );

    app.post(
      '/engines/:engine/pull/cancel',
      {
        schema: {
          ...{ tags, summary: 'End a download; the layers that have come are kept', params: EngineParamsSchema },
          description: 'Where nothing is being downloaded this changes nothing.',
          response: { 200: ImagePullSchema, ...problemResponses(400) },
        },
      },
      async (request) => pulls.cancel(request.params.engine),
    );

    app.get(
      '/engines/events',
      {
        exposeHeadRoute: false,
        config: { rateLimit: false },
        schema: {
          tags,
          summary: 'Follow the downloads of container images (Server-Sent Events)',
          description: 'Events `pull`, whose data is an `ImagePull`: each as it is now, then after each change.',
          response: {
            200: { description: 'Events', content: { 'text/event-stream': { schema: z.string() } } },
            ...problemResponses(),
          },
        },
      },
      (_request, reply) => {
        const stream = openStream(reply);
        const send = (pull: ImagePull) => stream.write({ type: 'pull', data: JSON.stringify(pull) });
        stream.onClose(pulls.subscribe(send));
        for (const pull of pulls.readAll()) send(pull);
      },
    );
  };
