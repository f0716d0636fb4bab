import type { JobResource } from '../../../src-shared/api/job-schemas.js';
import type { JobRecord } from '../../../src-shared/job/job-record.js';
import type { JobStore } from '../../jobs/store/job-store.js';

/** A job as clients see it. */
export function jobResource(job: JobRecord, store: JobStore): JobResource {
  const { version, client, webhook, ...visible } = job;
  return { ...visible, queue_position: store.queuePosition(job) ?? null };
}
