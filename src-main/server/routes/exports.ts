import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { ColmapExportQuerySchema } from '../../../src-shared/api/export-schemas.js';
import { JobIdParamsSchema } from '../../../src-shared/api/job-schemas.js';
import { StudioError } from '../../../src-shared/errors/studio-error.js';
import { ExportZipper } from '../../pipeline/export-colmap/export-zipper.js';
import { planExport } from '../../pipeline/export-colmap/plan-export.js';
import { binaryAnswer } from '../answer-schemas.js';
import { problemResponses } from '../problem-responses.js';
import { requireFreeDisk } from '../require-free-disk.js';
import type { ServiceParts } from '../service.js';

const DESCRIPTION = `A ZIP of \`sparse/0/\`, \`images/\` and, where photos have masks, \`masks/\`: what COLMAP, nerfstudio and trainers of
splats open. It is made while it is downloaded, from the intermediate files of the last run; ending the download ends the work. The cameras
and points alone are the artifact \`colmap.zip\`.`;

/** What is made of a job's results on request. */
export const exportRoutes =
  (parts: ServiceParts): FastifyPluginAsyncZod =>
  async (app) => {
    const zipper = new ExportZipper();
    app.get(
      '/jobs/:job_id/exports/colmap',
      {
        // It would do all the work for nothing.
        exposeHeadRoute: false,
        schema: {
          ...{ tags: ['artifacts'], summary: 'Download photos, cameras and points for COLMAP and trainers of splats' },
          ...{ description: DESCRIPTION, params: JobIdParamsSchema, querystring: ColmapExportQuerySchema },
          response: {
            200: binaryAnswer('The ZIP', 'application/zip'),
            ...problemResponses(400, 404, 409, 410, 507),
          },
        },
      },
      async (request, reply) => {
        const { job_id: jobId } = request.params;
        const { photos, form } = request.query;
        const { status, expired_at } = parts.store.get(jobId);
        if (expired_at !== null) throw new StudioError('ARTIFACT_EXPIRED');
        if (status !== 'completed') throw new StudioError('ARTIFACT_NOT_READY');
        await requireFreeDisk(parts);
        const isUndistorted = photos === 'undistorted';
        const plan = await planExport(parts.folders.output(jobId), isUndistorted).catch((cause: unknown) => {
          // Its own words name a folder of the command line.
          if (!(cause instanceof StudioError && cause.code === 'RUN_NOT_FINISHED')) throw cause;
          const message = 'The intermediate files of the job, which the export is made of, were removed.';
          throw new StudioError('ARTIFACT_EXPIRED', { message, cause });
        });
        return reply
          .type('application/zip')
          .header('content-disposition', `attachment; filename="${jobId}-colmap-${photos}.zip"`)
          .header('cache-control', 'private, no-store')
          .send(zipper.zip(plan, { isUndistorted, isBinary: form === 'binary' }, parts.folders.exports));
      },
    );
  };
