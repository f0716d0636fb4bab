import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import sharp from 'sharp';
import { AtlasClient } from '#main/client/atlas-client.js';
import type { runJobProcess } from '#main/jobs/process/run-job-process.js';
import { SILENT_LOG } from '#main/logging/log.js';
import { buildServer } from '#main/server/build-server.js';
import { loadServiceConfig } from '#main/server/config.js';
import { openService } from '#main/server/open-service.js';
import type { ServiceParts } from '#main/server/service.js';

export const TOKEN = 'test-token-0123456789abcdef';

export type RunJob = typeof runJobProcess;

/** A service in a folder and on a port of its own. */
export interface TestService {
  readonly app: FastifyInstance;
  readonly parts: ServiceParts;
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  readonly port: number;
  readonly client: AtlasClient;
  readonly authorization: { readonly authorization: string };
  close(): Promise<void>;
}

/** @param runJob takes the place of the job process; by default jobs wait for ever */
export async function openTestService(
  settings: Record<string, unknown> = {},
  runJob: RunJob = untilAborted,
): Promise<TestService> {
  const storage = await mkdtemp(join(tmpdir(), 'atlas-service-'));
  const config = loadServiceConfig({
    environment: {},
    flags: { storage, apiKey: TOKEN, minFreeDiskBytes: 1, ...settings },
  });
  const service = await openService(config, SILENT_LOG, runJob);
  const app = await buildServer(service.parts);
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return {
    ...{ app, parts: service.parts, url, port: Number(new URL(url).port) },
    client: new AtlasClient({ url, token: TOKEN }),
    authorization: { authorization: `Bearer ${TOKEN}` },
    async close() {
      app.server.closeAllConnections();
      await app.close();
      await service.close();
      await rm(storage, { recursive: true, force: true });
    },
  };
}

/** A job that goes on until it is ended. */
export const untilAborted: RunJob = (_assignment, { signal }) =>
  new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason));
  });

const photos = new Map<number, Promise<Buffer>>();

/** A small JPEG of noise; each seed another. */
export function noisePhoto(seed: number): Promise<Buffer> {
  const photo = photos.get(seed) ?? makeNoisePhoto(seed);
  photos.set(seed, photo);
  return photo;
}

function makeNoisePhoto(seed: number): Promise<Buffer> {
  let state = seed * 2654435761 + 1;
  const data = Buffer.alloc(400 * 400 * 3).map(() => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return state >>> 24;
  });
  return sharp(data, { raw: { width: 400, height: 400, channels: 3 } })
    .jpeg({ quality: 60 })
    .toBuffer();
}

export const noisePhotos = (count: number): Promise<{ name: string; data: Buffer }[]> =>
  Promise.all(
    Array.from({ length: count }, async (_, i) => ({ name: `photo ${i}.jpg`, data: await noisePhoto(i + 1) })),
  );

/** A multipart body with photos and fields. */
export async function multipart(
  photos: readonly { readonly name: string; readonly data: Buffer }[],
  fields: Readonly<Record<string, string>> = {},
): Promise<{ readonly payload: Buffer; readonly headers: Record<string, string> }> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  for (const { name, data } of photos) form.append('images', new Blob([new Uint8Array(data)]), name);
  const request = new Request('http://localhost', { method: 'POST', body: form });
  return {
    payload: Buffer.from(await request.arrayBuffer()),
    headers: { 'content-type': request.headers.get('content-type') ?? '' },
  };
}

/** Posts a job of three photos. @returns its id */
export async function postJob({ url, authorization }: TestService, headers: Record<string, string> = {}) {
  const body = await multipart(await noisePhotos(3));
  const answer = await fetch(`${url}/api/v1/jobs`, {
    method: 'POST',
    headers: { ...body.headers, ...authorization, ...headers },
    body: new Uint8Array(body.payload),
  });
  return ((await answer.json()) as { job_id: string }).job_id;
}

/** Waits until the condition holds. @throws after half a minute, which a busy machine does not take */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + 30_000;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error('It did not come to pass within half a minute.');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
