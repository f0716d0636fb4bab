import { DoctorReportSchema } from '../../src-shared/api/doctor-schemas.js';
import { type Estimate, EstimateSchema } from '../../src-shared/api/estimate-schemas.js';
import {
  JobCreatedSchema,
  JobListSchema,
  type JobResource,
  JobResourceSchema,
} from '../../src-shared/api/job-schemas.js';
import { type PhotoList, PhotoListSchema } from '../../src-shared/api/photo-schemas.js';
import { type ImagePull, ImagePullSchema, type PullableEngine } from '../../src-shared/api/pull-schemas.js';
import { type MoveJob, QueueResourceSchema } from '../../src-shared/api/queue-schemas.js';
import {
  AccessTokenSchema,
  type ChangeSettings,
  SettingsResourceSchema,
} from '../../src-shared/api/settings-schemas.js';
import type { ReconstructOptionsInput } from '../../src-shared/pipeline/reconstruct-options.js';
import { ArtifactListSchema, CapabilitiesSchema, HealthSchema, LogPageSchema } from './answers.js';
import type { Http } from './http.js';

const API = '/api/v1';
const job = (id: string) => `${API}/jobs/${encodeURIComponent(id)}`;

/** Changes of a job that can be made from outside. */
export interface JobChanges {
  readonly name?: string;
  readonly options?: ReconstructOptionsInput;
}

/** The service's resources as functions. All may throw ProblemError or UnreachableError. */
export class AtlasApi {
  constructor(readonly http: Http) {}

  health = () => this.http.json('/health', (value) => HealthSchema.parse(value), { cache: 'no-store' });

  readQueue = () => this.http.json(`${API}/queue`, (value) => QueueResourceSchema.parse(value));

  /** @param isPaused while true nothing new is started */
  pauseQueue = (isPaused: boolean) =>
    this.http.json(`${API}/queue/${isPaused ? 'pause' : 'resume'}`, (value) => QueueResourceSchema.parse(value), {
      method: 'POST',
    });

  moveJob = (id: string, place: MoveJob) =>
    this.http.send('POST', `${job(id)}/move`, place, (value) => JobResourceSchema.parse(value));

  doctor = () => this.http.json(`${API}/doctor`, (value) => DoctorReportSchema.parse(value).checks);

  capabilities = () => this.http.json(`${API}/capabilities`, (value) => CapabilitiesSchema.parse(value));

  /** The download of an engine's container image. */
  readPull = (engine: PullableEngine) => this.#pull(engine);

  startPull = (engine: PullableEngine) => this.#pull(engine, '', 'POST');

  cancelPull = (engine: PullableEngine) => this.#pull(engine, '/cancel', 'POST');

  settings = () => this.http.json(`${API}/settings`, (value) => SettingsResourceSchema.parse(value));

  /** @param changes null goes back to the default */
  changeSettings = (changes: ChangeSettings) =>
    this.http.send('PATCH', `${API}/settings`, changes, (value) => SettingsResourceSchema.parse(value));

  /** Makes a new access token; this one is refused from then on. @param take learns the new one */
  renewToken = (take: (token: string) => void) =>
    this.http.renew(`${API}/access-token`, (value) => take(AccessTokenSchema.parse(value).token));

  listJobs = (limit = 200) => this.http.json(`${API}/jobs?limit=${limit}`, (value) => JobListSchema.parse(value).jobs);

  readJob = (id: string): Promise<JobResource> => this.http.json(job(id), (value) => JobResourceSchema.parse(value));

  createDraft = (name: string) =>
    this.http.send('POST', `${API}/jobs/drafts`, { name }, (value) => JobCreatedSchema.parse(value).job_id);

  changeJob = (id: string, changes: JobChanges) =>
    this.http.send('PATCH', job(id), changes, (value) => JobResourceSchema.parse(value));

  commitJob = (id: string) => this.#act(`${job(id)}/commit`);

  cancelJob = (id: string) => this.#act(`${job(id)}/cancel`);

  retryJob = (id: string, options?: ReconstructOptionsInput) =>
    options === undefined
      ? this.#act(`${job(id)}/retry`)
      : this.http.send('POST', `${job(id)}/retry`, { options }, (value) => JobResourceSchema.parse(value));

  async deleteJob(id: string): Promise<void> {
    await this.http.request(job(id), { method: 'DELETE' });
  }

  listPhotos = (id: string): Promise<PhotoList> =>
    this.http.json(`${job(id)}/images`, (value) => PhotoListSchema.parse(value));

  /** @param options that are not the job's own; what a run takes depends on these alone */
  estimate(id: string, options: Readonly<Record<string, string | undefined>>): Promise<Estimate> {
    const given = Object.entries(options).filter((entry): entry is [string, string] => entry[1] !== undefined);
    return this.http.json(`${job(id)}/estimate?${new URLSearchParams(given)}`, (value) => EstimateSchema.parse(value));
  }

  /** Leaves photos out of the next run, or takes them in again. */
  setIncluded = (id: string, photoIds: readonly string[], included: boolean): Promise<PhotoList> =>
    this.http.send('PATCH', `${job(id)}/images`, { photo_ids: photoIds, included }, (value) =>
      PhotoListSchema.parse(value),
    );

  async removePhoto(id: string, photoId: string): Promise<void> {
    await this.http.request(`${job(id)}/images/${photoId}`, { method: 'DELETE' });
  }

  listArtifacts = (id: string) =>
    this.http.json(`${job(id)}/artifacts`, (value) => ArtifactListSchema.parse(value).artifacts);

  /** @param offset lines to pass over */
  readLog = (id: string, offset: number) =>
    this.http.json(`${job(id)}/logs?offset=${offset}&limit=2000`, (value) => LogPageSchema.parse(value));

  /** The content of an address of the API: a picture, an artifact. */
  async blob(path: string, signal?: AbortSignal): Promise<Blob> {
    const response = await this.http.request(path, signal ? { signal } : {});
    return response.blob();
  }

  thumbnailPath = (id: string, photoId: string, size: number) => `${job(id)}/images/${photoId}/thumbnail?size=${size}`;
  photoPath = (id: string, photoId: string) => `${job(id)}/images/${photoId}/file`;
  maskPath = (id: string, photoId: string) => `${job(id)}/masks/${photoId}`;
  artifactPath = (id: string, name: string) => `${job(id)}/artifacts/${name}`;
  /** Photos without lens distortion, with cameras and points: a ZIP. */
  undistortedPath = (id: string) => `${job(id)}/exports/colmap`;
  previewPath = (id: string, eventId: string) => `${job(id)}/previews/${eventId}`;
  eventsPath = (id: string) => `${job(id)}/events`;
  uploadsUrl = () => this.http.url(`${API}/uploads`);

  #pull = (engine: PullableEngine, action = '', method = 'GET'): Promise<ImagePull> =>
    this.http.json(`${API}/engines/${engine}/pull${action}`, (value) => ImagePullSchema.parse(value), { method });

  #act = (path: string): Promise<JobResource> =>
    this.http.json(path, (value) => JobResourceSchema.parse(value), { method: 'POST' });
}
