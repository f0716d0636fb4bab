import { StudioError } from '../../../src-shared/errors/studio-error.js';
import type { AtlasClient } from '../../client/atlas-client.js';
import type { JobSource } from './job-activity.js';

const MOST = 100;

/** Asks the service through its API, as every client does. */
export const jobSource = (client: AtlasClient): JobSource => ({
  async listRunning() {
    const { jobs } = await client.list({ status: 'processing', limit: String(MOST) });
    return jobs.toSorted((a, b) => a.created_at.localeCompare(b.created_at));
  },
  async find(jobId) {
    return client.get(jobId).catch((error: unknown) => {
      if (error instanceof StudioError && error.code === 'JOB_NOT_FOUND') return undefined;
      throw error;
    });
  },
});
