import { availableParallelism, totalmem } from 'node:os';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { EstimateQuerySchema, EstimateSchema } from '../../../src-shared/api/estimate-schemas.js';
import { JobIdParamsSchema } from '../../../src-shared/api/job-schemas.js';
import { estimateRun } from '../../pipeline/estimate-run.js';
import { StageTimes } from '../../pipeline/stage-times.js';
import { freeBytes } from '../../workspace/free-space.js';
import { problemResponses } from '../problem-responses.js';
import type { ServiceParts } from '../service.js';

const DESCRIPTION = `Time, disk and memory for the job's included photos with its options, or with those of the query. Times are
learned from runs on this machine; what is computed already by an earlier run is not taken off.`;

/** What a job will take, before it is started. */
export const estimateRoutes =
  ({ store, photos, folders, engines, config }: ServiceParts): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      '/jobs/:job_id/estimate',
      {
        schema: {
          ...{ tags: ['jobs'], summary: 'Estimate time, disk and memory of a run', description: DESCRIPTION },
          ...{ params: JobIdParamsSchema, querystring: EstimateQuerySchema },
          response: { 200: EstimateSchema, ...problemResponses(400, 404) },
        },
      },
      async (request) => {
        const { job_id: jobId } = request.params;
        const { query } = request;
        const { options } = store.get(jobId);
        const used = photos.list(jobId).filter(({ leftOut }) => !leftOut);
        const times = new StageTimes();
        const [statuses, free] = await Promise.all([engines.statuses(), freeBytes(folders.root), times.load()]);
        const estimate = estimateRun(
          used,
          {
            tier: query.tier ?? options.tier,
            engine: query.engine ?? options.engine,
            sfm: query.sfm ?? options.sfm,
            dense: query.dense ?? options.dense,
            until: query.until ?? options.until,
          },
          {
            times,
            threads: config.threads ?? availableParallelism(),
            canDense: (name) => statuses.some((status) => status.name === name && status.canComputeDense),
          },
        );
        const memoryLimit = Math.min(totalmem(), config.jobMemoryBytes);
        return {
          photos: used.length,
          megapixels: used.reduce((sum, { width, height }) => sum + (width * height) / 1e6, 0),
          ...{ seconds: estimate.seconds, disk_bytes: estimate.diskBytes, memory_bytes: estimate.memoryBytes },
          ...{ basis: estimate.basis, disk_free_bytes: free ?? null, memory_total_bytes: memoryLimit },
          is_disk_short: free !== undefined && free < estimate.diskBytes.high + config.minFreeDiskBytes,
          is_memory_short: memoryLimit < estimate.memoryBytes.high,
        };
      },
    );
  };
