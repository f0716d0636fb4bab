import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import sharp from 'sharp';
import { SILENT_LOG } from '#main/logging/log.js';
import { buildServer } from '#main/server/build-server.js';
import { loadServiceConfig } from '#main/server/config.js';
import { openService } from '#main/server/open-service.js';
import type { ServiceParts } from '#main/server/service.js';

export const TOKEN = 'test-token-0123456789abcdef';

/** A service in a folder of its own, without a port: requests are injected. */
export interface TestService {
  readonly app: FastifyInstance;
  readonly parts: ServiceParts;
  readonly authorization: { readonly authorization: string };
  close(): Promise<void>;
}

export async function openTestService(settings: Record<string, unknown> = {}): Promise<TestService> {
  const storage = await mkdtemp(join(tmpdir(), 'atlas-service-'));
  const config = loadServiceConfig({
    environment: {},
    flags: { storage, apiKey: TOKEN, minFreeDiskBytes: 1, ...settings },
  });
  const service = await openService(config, SILENT_LOG);
  const app = await buildServer(service.parts);
  return {
    ...{ app, parts: service.parts, authorization: { authorization: `Bearer ${TOKEN}` } },
    async close() {
      await app.close();
      await service.close();
      await rm(storage, { recursive: true, force: true });
    },
  };
}

/** A small JPEG of noise; each seed another. */
export function noisePhoto(seed: number): Promise<Buffer> {
  let state = seed * 2654435761 + 1;
  const data = Buffer.alloc(400 * 400 * 3).map(() => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return state >>> 24;
  });
  return sharp(data, { raw: { width: 400, height: 400, channels: 3 } })
    .jpeg({ quality: 60 })
    .toBuffer();
}

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
