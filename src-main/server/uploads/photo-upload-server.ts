import { randomUUID } from 'node:crypto';
import { createReadStream, mkdirSync } from 'node:fs';
import { Server, type Upload } from '@tus/server';
import { StudioError } from '../../../src-shared/errors/studio-error.js';
import type { AddedPhoto } from '../../jobs/job-intake.js';
import { isServiceId } from '../../storage/service-folders.js';
import { problemOf, toProblem } from '../plugins/problems.js';
import { requireFreeDisk } from '../require-free-disk.js';
import type { ServiceParts } from '../service.js';
import { PhotoUploadStore } from './photo-upload-store.js';

export const UPLOADS_PATH = '/api/v1/uploads';
const HOUR_MS = 3_600_000;

/** An upload's id: the draft it belongs to, then its own; both made by the service. */
const UPLOAD_ID = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})_[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The tus server with its refusals in the form of all others. */
class PhotoUploadServer extends Server {
  override async write(...[context, headers, status, body = '']: Parameters<Server['write']>): Promise<Response> {
    if (status < 400) return super.write(context, headers, status, body);
    headers.set('Content-Type', 'application/problem+json');
    if (body.startsWith('{')) return super.write(context, headers, status, body);
    const error = Object.assign(new Error(body), { statusCode: status });
    const problem = { ...toProblem(error), status, ...(status < 500 ? { detail: body.trim() } : {}) };
    return super.write(context, headers, status, JSON.stringify(problem));
  }
}

/**
 * The tus 1.0.0 server: uploads become photos of their draft as soon as their last byte is there. One whose photo could not be
 * taken over then (the service was killed) is taken over when its client asks how far it is.
 */
export function photoUploadServer(parts: ServiceParts): Server {
  const { config, folders, store, intake } = parts;
  mkdirSync(folders.uploads, { recursive: true });
  const uploads = new PhotoUploadStore({
    directory: folders.uploads,
    expirationPeriodInMilliseconds: config.draftHours * HOUR_MS,
  });

  const taking = new Map<string, Promise<AddedPhoto | undefined>>();
  /** Hands a complete upload to its draft, once however often it is asked. @returns undefined when that was done before */
  const take = (upload: Upload): Promise<AddedPhoto | undefined> => {
    const underWay = taking.get(upload.id) ?? takeNow(upload).finally(() => taking.delete(upload.id));
    taking.set(upload.id, underWay);
    return underWay;
  };
  const takeNow = async (upload: Upload): Promise<AddedPhoto | undefined> => {
    if (!(await uploads.isHere(upload.id))) return undefined;
    const bytes = createReadStream(uploads.path(upload.id));
    try {
      const added = await intake.addPhoto(jobIdOf(upload.id), bytes, upload.metadata?.filename ?? '');
      await uploads.taken(upload.id);
      return added;
    } catch (error) {
      // What is refused once is refused for ever; what failed for want of something can be asked for again.
      if (!isRetryable(error)) await uploads.remove(upload.id);
      throw error;
    } finally {
      bytes.destroy();
    }
  };

  return new PhotoUploadServer({
    path: UPLOADS_PATH,
    relativeLocation: true,
    maxSize: () => config.maxPhotoBytes,
    allowedOrigins: [...config.corsOrigins],
    datastore: uploads,
    namingFunction: (_request, metadata) => `${metadata?.job_id}_${randomUUID()}`,
    getFileIdFromRequest: (_request, last) => (last !== undefined && UPLOAD_ID.test(last) ? last : undefined),
    onIncomingRequest: ({ method }, id) =>
      answeringProblems(async () => {
        if (method !== 'HEAD' && method !== 'PATCH') return;
        const upload = await uploads.getUpload(id);
        if (upload.offset !== upload.size) {
          if (method === 'PATCH') await requireFreeDisk(parts);
          return;
        }
        await take(upload);
        if (method === 'PATCH') {
          throw new StudioError('JOB_STATE_CONFLICT', { message: 'The upload is complete.', hint: 'Nothing to do.' });
        }
      }),
    onUploadCreate: (_request, upload) =>
      answeringProblems(async () => {
        const jobId = upload.metadata?.job_id ?? '';
        if (!isServiceId(jobId)) throw new StudioError('JOB_NOT_FOUND');
        if (store.get(jobId).status !== 'draft') throw new StudioError('JOB_STATE_CONFLICT');
        await requireFreeDisk(parts);
        return {};
      }),
    onUploadFinish: (_request, upload) =>
      answeringProblems(async () => {
        const added = await take(upload);
        if (!added) return {};
        const { photo, duplicate } = added;
        return { headers: { 'atlas-photo-id': photo.photoId, 'atlas-duplicate': String(duplicate) } };
      }),
  });
}

const jobIdOf = (uploadId: string): string => UPLOAD_ID.exec(uploadId)?.[1] ?? '';

const isRetryable = (error: unknown): boolean => !(error instanceof StudioError) || problemOf(error).retryable;

/** The tus server takes errors as objects with status and body; its own are such objects already. */
async function answeringProblems<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (typeof error === 'object' && error !== null && 'status_code' in error) throw error;
    const problem = problemOf(error instanceof StudioError ? error : new StudioError('INTERNAL', { cause: error }));
    throw { status_code: problem.status, body: `${JSON.stringify(problem)}\n` };
  }
}
