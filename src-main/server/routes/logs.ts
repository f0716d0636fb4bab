import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { JobIdParamsSchema } from '../../../src-shared/api/job-schemas.js';
import { LogPageSchema } from '../../../src-shared/api/log-schemas.js';
import { USER_FILES } from '../../workspace/workspace.js';
import { problemResponses } from '../problem-responses.js';
import type { ServiceParts } from '../service.js';

/** A job's log, as lines from an offset. */
export const logRoutes =
  ({ store, folders }: ServiceParts): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      '/jobs/:job_id/logs',
      {
        schema: {
          tags: ['jobs'],
          summary: 'Read the log of a job',
          params: JobIdParamsSchema,
          querystring: z.object({
            offset: z.coerce.number().int().min(0).max(1e9).default(0).describe('Lines to pass over'),
            limit: z.coerce.number().int().min(1).max(5000).default(1000),
          }),
          response: { 200: LogPageSchema, ...problemResponses(400, 404) },
        },
      },
      async (request) => {
        const { job_id: jobId } = request.params;
        store.get(jobId);
        const { offset, limit } = request.query;
        const lines = await readLines(join(folders.output(jobId), USER_FILES.log), offset, limit);
        return { lines, next_offset: offset + lines.length };
      },
    );
  };

/** Whole lines only: the last one may be being written. */
async function readLines(path: string, offset: number, limit: number): Promise<string[]> {
  const stream = createReadStream(path, 'utf8');
  const lines: string[] = [];
  let index = 0;
  let isWhole = true;
  stream.on('data', (text) => {
    isWhole = String(text).endsWith('\n');
  });
  try {
    for await (const line of createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })) {
      if (index++ < offset) continue;
      lines.push(line);
      if (lines.length === limit) return lines;
    }
    if (!isWhole) lines.pop();
  } catch (error) {
    // No log yet: the job has not started.
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  } finally {
    stream.destroy();
  }
  return lines;
}
