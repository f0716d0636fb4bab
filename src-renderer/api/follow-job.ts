import { type JobResource, JobResourceSchema } from '../../src-shared/api/job-schemas.js';
import { hasEnded } from '../../src-shared/job/job-state.js';
import { type Preview, PreviewSchema } from './answers.js';
import type { AtlasApi } from './atlas-api.js';
import { EventParser, type StreamEvent } from './event-stream.js';
import { ProblemError } from './problem-error.js';

export interface JobListener {
  readonly onJob: (job: JobResource) => void;
  /** @param eventId names the preview's picture */
  readonly onPreview: (preview: Preview, eventId: string) => void;
  readonly onDeleted: () => void;
}

const RECONNECT_MS = 1500;

/**
 * Follows a job until it has ended: a broken connection is made again and continues at the last event seen.
 *
 * @returns ends the following
 */
export function followJob(api: AtlasApi, jobId: string, listener: JobListener): () => void {
  const abort = new AbortController();
  void follow(api, jobId, listener, abort.signal);
  return () => abort.abort();
}

async function follow(api: AtlasApi, jobId: string, listener: JobListener, signal: AbortSignal): Promise<void> {
  let lastId: string | undefined;
  let isOver = false;
  const handle = (event: StreamEvent): void => {
    lastId = event.id ?? lastId;
    if (event.type === 'deleted') {
      isOver = true;
      listener.onDeleted();
    } else if (event.type === 'preview') {
      const preview = PreviewSchema.safeParse(JSON.parse(event.data));
      if (preview.success) listener.onPreview(preview.data, event.id ?? '');
    } else if (event.type === 'status') {
      const job = JobResourceSchema.partial({ queue_position: true }).safeParse(JSON.parse(event.data));
      if (!job.success) return;
      listener.onJob({ ...job.data, queue_position: job.data.queue_position ?? null });
      isOver = hasEnded(job.data.status);
    }
  };

  while (!signal.aborted && !isOver) {
    try {
      const headers = lastId === undefined ? {} : { 'last-event-id': lastId };
      const response = await api.http.request(api.eventsPath(jobId), { headers, signal, cache: 'no-store' });
      await readEvents(response, handle);
      // A stream that ends by itself belongs to a job that has ended, or to a service that stops.
      if (!isOver) {
        const job = await api.readJob(jobId);
        listener.onJob(job);
        isOver = hasEnded(job.status);
      }
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof ProblemError && error.problem.status === 404) return listener.onDeleted();
      if (error instanceof ProblemError && error.problem.status === 401) return;
    }
    if (!isOver) await new Promise((resolve) => setTimeout(resolve, RECONNECT_MS));
  }
}

async function readEvents(response: Response, handle: (event: StreamEvent) => void): Promise<void> {
  if (!response.body) return;
  const parser = new EventParser();
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    for (const event of parser.push(value)) handle(event);
  }
}
