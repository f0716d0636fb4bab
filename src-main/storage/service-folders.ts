import { join } from 'node:path';
import { StudioError } from '../../src-shared/errors/studio-error.js';

/** Job and photo ids are made by the service: lower-case UUIDs, never a client's text. */
const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export const isServiceId = (text: string): boolean => ID.test(text);

function checked(id: string): string {
  if (!isServiceId(id)) throw new StudioError('JOB_NOT_FOUND');
  return id;
}

/** Where the service keeps everything: the one place that knows its folders. */
export class ServiceFolders {
  /** @param root absolute path of the storage folder */
  constructor(readonly root: string) {}

  get database(): string {
    return join(this.root, 'jobs.db');
  }
  get token(): string {
    return join(this.root, 'token');
  }
  get settings(): string {
    return join(this.root, 'settings.json');
  }
  get workspaces(): string {
    return join(this.root, 'workspaces');
  }
  get artifacts(): string {
    return join(this.root, 'artifacts');
  }
  get uploads(): string {
    return join(this.root, 'uploads');
  }
  /** Files of exports that are being downloaded. */
  get exports(): string {
    return join(this.root, 'exports');
  }
  /** A job's own folder. @throws JOB_NOT_FOUND on an id that the service cannot have made */
  workspace(jobId: string): string {
    return join(this.workspaces, checked(jobId));
  }
  images(jobId: string): string {
    return join(this.workspace(jobId), 'images');
  }
  masks(jobId: string): string {
    return join(this.workspace(jobId), 'masks');
  }
  mask(jobId: string, photoId: string): string {
    return join(this.masks(jobId), `${checked(photoId)}.png`);
  }
  thumbnails(jobId: string): string {
    return join(this.workspace(jobId), 'thumbnails');
  }
  /** The folder that the pipeline writes to: `atlas reconstruct --out`. */
  output(jobId: string): string {
    return join(this.workspace(jobId), 'output');
  }
  logs(jobId: string): string {
    return join(this.workspace(jobId), 'logs');
  }
  statusFile(jobId: string): string {
    return join(this.workspace(jobId), 'status.json');
  }
  /** A published file of a job: `artifacts/{job_id}.glb`. @param suffix of the service's own table of artifacts */
  artifact(jobId: string, suffix: string): string {
    return join(this.artifacts, `${checked(jobId)}.${suffix}`);
  }
}
