import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { CapabilitiesSchema } from '../../../src-shared/api/capability-schemas.js';
import { QUALITY_TIERS } from '../../../src-shared/pipeline/quality-tiers.js';
import { STAGE_TITLES } from '../../../src-shared/pipeline/stages.js';
import type { JobQueue } from '../../jobs/queue/job-queue.js';
import { freeBytes } from '../../workspace/free-space.js';
import { engineChoices, toContainersResource, toEngineResource } from '../engine-watch.js';
import { problemResponses } from '../problem-responses.js';
import type { ServiceParts } from '../service.js';

const tags = ['operation'];

const CheckSchema = z.object({ ok: z.boolean(), detail: z.string() });
const ReadySchema = z
  .object({ ready: z.boolean(), store: CheckSchema, queue: CheckSchema, disk: CheckSchema })
  .meta({ id: 'Readiness' });

/** For those who run the service: is it alive, is it ready, how does it do. */
export const operationRoutes =
  ({ store, queue, folders, config, version, metrics, engines }: ServiceParts): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      '/health',
      {
        config: { rateLimit: false },
        schema: {
          tags,
          summary: 'Whether the service lives',
          security: [],
          response: { 200: z.object({ status: z.literal('ok'), version: z.string() }) },
        },
      },
      async () => ({ status: 'ok' as const, version }),
    );

    app.get(
      '/ready',
      {
        config: { rateLimit: false },
        schema: {
          tags,
          summary: 'Whether jobs can be taken',
          security: [],
          response: { 200: ReadySchema, 503: ReadySchema },
        },
      },
      async (_request, reply) => {
        const isWritable = store.isWritable();
        const free = await freeBytes(folders.root);
        const hasSpace = free === undefined || free >= config.minFreeDiskBytes;
        const ready = isWritable && queue.isRunning && hasSpace;
        return reply.code(ready ? 200 : 503).send({
          ready,
          store: { ok: isWritable, detail: isWritable ? 'writable' : 'cannot be written' },
          queue: { ok: queue.isRunning, detail: queueDetail(queue) },
          disk: { ok: hasSpace, detail: free === undefined ? 'unknown' : `${Math.floor(free / 1024 ** 2)} MiB free` },
        });
      },
    );

    app.get(
      '/metrics',
      { schema: { tags, summary: 'Prometheus metrics', response: { 200: METRICS, ...problemResponses() } } },
      async (_request, reply) => reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
    );

    app.get(
      '/api/v1/capabilities',
      {
        schema: {
          tags,
          summary: 'What this service can do',
          response: { 200: CapabilitiesSchema, ...problemResponses() },
        },
      },
      async () => ({
        version,
        engines: (await engines.statuses()).map(toEngineResource),
        containers: toContainersResource(await engines.containers()),
        choices: engineChoices(await engines.statuses()),
        tiers: Object.entries(QUALITY_TIERS).map(([name, tier]) => ({
          ...{ name, triangles: tier.triangleCount, texture_size: tier.textureSizePx },
        })),
        stages: Object.entries(STAGE_TITLES).map(([id, title]) => ({ id, title })),
        limits: {
          min_photos: config.minPhotos,
          max_photos: config.maxPhotos,
          max_photo_bytes: config.maxPhotoBytes,
          max_photo_pixels: config.maxPhotoPixels,
        },
      }),
    );
  };

const queueDetail = ({ isRunning, isPaused, runningCount }: JobQueue): string =>
  isRunning ? `${runningCount} running${isPaused ? ', paused' : ''}` : 'stopped';

const METRICS = { description: 'Metrics', content: { 'text/plain': { schema: z.string() } } };
