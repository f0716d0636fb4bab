import type { JobResource } from '../../src-shared/api/job-schemas.js';
import type { JobRecord } from '../../src-shared/job/job-record.js';

/** A job as clients see it, without what is only the service's business. @param queuePosition jobs ahead of it, if it waits */
export function jobResource(job: JobRecord, queuePosition: number | undefined): JobResource {
  const { version, client, webhook, ...visible } = job;
  return { ...visible, queue_position: queuePosition ?? null };
}
