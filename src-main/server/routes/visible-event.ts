import type { JobEvent } from '../../jobs/job-events.js';

/** An event's data as clients may see it: without what is only the service's business. */
export function visibleEventData({ type, data }: JobEvent): string {
  if (type !== 'status') return data;
  const { version, client, webhook, ...visible } = JSON.parse(data) as Record<string, unknown>;
  return JSON.stringify(visible);
}
