import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, openAsBlob } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { setTimeout as delay } from 'node:timers/promises';
import type { z } from 'zod';
import { ArtifactListSchema } from '../../src-shared/api/artifact-schemas.js';
import {
  JobCreatedSchema,
  JobListSchema,
  type JobResource,
  JobResourceSchema,
  type NewJobSchema,
} from '../../src-shared/api/job-schemas.js';
import { LogPageSchema } from '../../src-shared/api/log-schemas.js';
import {
  type MaskPrompts,
  type PhotoList,
  PhotoListSchema,
  type PhotoResource,
} from '../../src-shared/api/photo-schemas.js';
import { ProblemSchema } from '../../src-shared/api/problem-schema.js';
import { type MoveJob, type QueueResource, QueueResourceSchema } from '../../src-shared/api/queue-schemas.js';
import {
  AccessTokenSchema,
  type ChangeSettings,
  type SettingsResource,
  SettingsResourceSchema,
} from '../../src-shared/api/settings-schemas.js';
import { ERROR_CODES, type ErrorCode } from '../../src-shared/errors/error-codes.js';
import { StudioError } from '../../src-shared/errors/studio-error.js';
import { hasEnded } from '../../src-shared/job/job-state.js';
import type { ReconstructOptionsInput } from '../../src-shared/pipeline/reconstruct-options.js';
import { uploadResumably } from './resumable-upload.js';

export interface AtlasClientSetup {
  /** `http://127.0.0.1:8787` */
  readonly url: string;
  readonly token: string;
}

type NewJobInput = z.input<typeof NewJobSchema>;

const API = '/api/v1';
const POLL_MS = 1000;

/** The service's API for programs. Answers are checked by the schemas that the service itself has; problems become StudioErrors. */
export class AtlasClient {
  readonly #setup: AtlasClientSetup;

  constructor(setup: AtlasClientSetup) {
    this.#setup = setup;
  }

  /**
   * Posts a whole job.
   *
   * @param photos absolute paths
   * @param idempotencyKey the same one again makes no second job
   */
  async submit(photos: readonly string[], newJob: NewJobInput = {}, idempotencyKey?: string): Promise<string> {
    const form = new FormData();
    const { name, ...json } = newJob;
    if (name !== undefined) form.append('name', name);
    for (const [field, value] of Object.entries(json)) form.append(field, JSON.stringify(value));
    for (const path of photos) form.append('images', await openAsBlob(path), basename(path));
    const headers = idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey };
    const answer = await this.request('/jobs', { method: 'POST', body: form, headers });
    return JobCreatedSchema.parse(await answer.json()).job_id;
  }

  /** A draft, to which photos are uploaded one by one. */
  async createDraft(newJob: NewJobInput = {}, idempotencyKey?: string): Promise<string> {
    const key = idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey };
    return JobCreatedSchema.parse(await (await this.#post('/jobs/drafts', newJob, key)).json()).job_id;
  }

  /** Uploads a photo into a draft; a connection that breaks continues where it was. */
  async uploadPhoto(jobId: string, path: string): Promise<void> {
    const request = (address: string, init: RequestInit) => this.request(address, init);
    await uploadResumably(request, { path, metadata: { job_id: jobId, filename: basename(path) } });
  }

  /** @param path of a PNG, white where the object is */
  async putMask(jobId: string, photoId: string, path: string): Promise<void> {
    const body = await openAsBlob(path, { type: 'image/png' });
    await this.request(`/jobs/${encodeURIComponent(jobId)}/masks/${photoId}`, { method: 'PUT', body });
  }

  /** Makes a photo's mask from clicks. @param points all of them, in pixels of the upright photo */
  async promptMask(jobId: string, photoId: string, points: MaskPrompts['points']): Promise<void> {
    await this.#post(`/jobs/${encodeURIComponent(jobId)}/masks/${photoId}/prompts`, { points });
  }

  async commit(jobId: string): Promise<JobResource> {
    return this.#job(await this.#post(`/jobs/${encodeURIComponent(jobId)}/commit`));
  }

  async get(jobId: string): Promise<JobResource> {
    return this.#job(await this.request(`/jobs/${encodeURIComponent(jobId)}`));
  }

  async list(query: Readonly<Record<string, string>> = {}): Promise<z.infer<typeof JobListSchema>> {
    return JobListSchema.parse(await (await this.request(`/jobs?${new URLSearchParams(query)}`)).json());
  }

  async images(jobId: string): Promise<readonly PhotoResource[]> {
    return (await this.photoList(jobId)).photos;
  }

  /** The photos with what is wrong with them, and the files that were refused. */
  async photoList(jobId: string): Promise<PhotoList> {
    return PhotoListSchema.parse(await (await this.request(`/jobs/${encodeURIComponent(jobId)}/images`)).json());
  }

  /** Leaves photos out of the next run, or takes them in again. */
  async setIncluded(jobId: string, photoIds: readonly string[], included: boolean): Promise<PhotoList> {
    const body = JSON.stringify({ photo_ids: photoIds, included });
    const headers = { 'content-type': 'application/json' };
    const answer = await this.request(`/jobs/${encodeURIComponent(jobId)}/images`, { method: 'PATCH', body, headers });
    return PhotoListSchema.parse(await answer.json());
  }

  async artifacts(jobId: string): Promise<z.infer<typeof ArtifactListSchema>['artifacts']> {
    return ArtifactListSchema.parse(await (await this.request(`/jobs/${encodeURIComponent(jobId)}/artifacts`)).json())
      .artifacts;
  }

  /** Lines of the job's log. @param offset number of the first one, from 0 */
  async logs(jobId: string, offset = 0): Promise<z.infer<typeof LogPageSchema>> {
    return LogPageSchema.parse(
      await (await this.request(`/jobs/${encodeURIComponent(jobId)}/logs?offset=${offset}`)).json(),
    );
  }

  async cancel(jobId: string): Promise<JobResource> {
    return this.#job(await this.#post(`/jobs/${encodeURIComponent(jobId)}/cancel`));
  }

  async retry(jobId: string, options?: ReconstructOptionsInput): Promise<JobResource> {
    return this.#job(await this.#post(`/jobs/${encodeURIComponent(jobId)}/retry`, options && { options }));
  }

  async delete(jobId: string): Promise<void> {
    await this.request(`/jobs/${encodeURIComponent(jobId)}`, { method: 'DELETE' });
  }

  async queue(): Promise<QueueResource> {
    return QueueResourceSchema.parse(await (await this.request('/queue')).json());
  }

  /** While the queue is paused nothing new is started; what runs goes on. */
  async setQueuePaused(isPaused: boolean): Promise<QueueResource> {
    return QueueResourceSchema.parse(await (await this.#post(isPaused ? '/queue/pause' : '/queue/resume')).json());
  }

  /** Puts a waiting job at another place in the queue. */
  async move(jobId: string, target: MoveJob): Promise<JobResource> {
    return this.#job(await this.#post(`/jobs/${encodeURIComponent(jobId)}/move`, target));
  }

  async settings(): Promise<SettingsResource> {
    return SettingsResourceSchema.parse(await (await this.request('/settings')).json());
  }

  /** @throws SETTING_FIXED, API_INVALID_REQUEST */
  async changeSettings(settings: ChangeSettings): Promise<SettingsResource> {
    const body = JSON.stringify(settings);
    const headers = { 'content-type': 'application/json' };
    return SettingsResourceSchema.parse(
      await (await this.request('/settings', { method: 'PATCH', body, headers })).json(),
    );
  }

  /** @returns the new token, which another client has to be made with @throws ACCESS_TOKEN_CONFIGURED */
  async renewToken(): Promise<string> {
    return AccessTokenSchema.parse(await (await this.#post('/access-token')).json()).token;
  }

  /**
   * Waits for the end of a job. A service that is away for a while is waited for too.
   *
   * @param onChange told the job at each look
   * @param patienceMs how long the service may be away
   * @throws the signal's reason; what `fetch` throws when the service stays away
   */
  async wait(
    jobId: string,
    {
      onChange = () => {},
      signal,
      pollMs = POLL_MS,
      patienceMs = Number.POSITIVE_INFINITY,
    }: { onChange?: (job: JobResource) => void; signal?: AbortSignal; pollMs?: number; patienceMs?: number } = {},
  ): Promise<JobResource> {
    let answeredAt = performance.now();
    for (;;) {
      signal?.throwIfAborted();
      const job = await this.get(jobId).catch((error: unknown) => {
        if (error instanceof StudioError && error.code !== 'API_RATE_LIMITED') throw error;
        if (performance.now() - answeredAt > patienceMs) throw error;
        return undefined;
      });
      if (job) {
        answeredAt = performance.now();
        onChange(job);
        if (hasEnded(job.status)) return job;
      }
      await delay(pollMs, undefined, { signal });
    }
  }

  /**
   * Downloads a file of a finished job and checks its digest; makes the folder that it goes to.
   *
   * @throws UPLOAD_FAILED when it arrived damaged; what the file system throws
   */
  async download(jobId: string, name: string, target: string): Promise<void> {
    const answer = await this.request(`/jobs/${encodeURIComponent(jobId)}/artifacts/${name}`);
    if (!answer.body) throw new StudioError('ARTIFACT_NOT_FOUND');
    const temporary = `${target}.part`;
    await mkdir(dirname(target), { recursive: true });
    await pipeline(Readable.fromWeb(answer.body as ReadableStream), createWriteStream(temporary));
    const hash = createHash('sha256');
    await pipeline(createReadStream(temporary), hash);
    const expected = /sha-256=:([^:]+):/.exec(answer.headers.get('repr-digest') ?? '')?.[1];
    if (expected !== undefined && hash.digest('base64') !== expected) {
      throw new StudioError('UPLOAD_FAILED', { message: `The file ${name} arrived damaged.` });
    }
    await rename(temporary, target);
  }

  /**
   * Any request to the API, with the token. @param address below `/api/v1`, or a path
   *
   * @throws the service's problem as StudioError; what `fetch` throws
   */
  async request(address: string, init: RequestInit = {}): Promise<Response> {
    const { url, token } = this.#setup;
    const path = address.startsWith(API) ? address : `${API}${address}`;
    const headers = new Headers(init.headers);
    headers.set('authorization', `Bearer ${token}`);
    const answer = await fetch(new URL(path, url), { ...init, headers });
    if (answer.ok) return answer;
    throw await problemError(answer);
  }

  async #job(answer: Response): Promise<JobResource> {
    return JobResourceSchema.parse(await answer.json());
  }

  #post(address: string, body?: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    if (body === undefined) return this.request(address, { method: 'POST', headers });
    const json = { body: JSON.stringify(body), headers: { ...headers, 'content-type': 'application/json' } };
    return this.request(address, { method: 'POST', ...json });
  }
}

async function problemError(answer: Response): Promise<StudioError> {
  const problem = ProblemSchema.safeParse(await answer.json().catch(() => undefined)).data;
  if (!problem || !isErrorCode(problem.code)) {
    return new StudioError('INTERNAL', { message: `The service answered with status ${answer.status}.` });
  }
  const { code, title, detail = title, hint, details = {} } = problem;
  return new StudioError(code, { message: detail, hint, details });
}

const isErrorCode = (code: string): code is ErrorCode => Object.hasOwn(ERROR_CODES, code);
