import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { execa } from 'execa';

/** A registry with one image, on a free port of this computer: `docker pull` takes from such without TLS. */
export interface TestRegistry {
  /** Name of the image, with the address. */
  readonly image: string;
  /** Layers from this one on are only begun, until {@link release}. */
  hold(layer: number): void;
  release(): void;
  close(): Promise<void>;
}

const TYPE = 'application/vnd.docker.';
const digestOf = (bytes: Uint8Array) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** @param layerCount layers of one small file each */
export async function startRegistry(layerCount: number): Promise<TestRegistry> {
  const tars = await Promise.all(Array.from({ length: layerCount }, (_, i) => layerTar(i)));
  const layers = tars.map((tar) => gzipSync(tar));
  const config = Buffer.from(
    JSON.stringify({
      ...{ architecture: process.arch === 'arm64' ? 'arm64' : 'amd64', os: 'linux', config: { Cmd: ['/0.txt'] } },
      rootfs: { type: 'layers', diff_ids: tars.map(digestOf) },
    }),
  );
  const blob = (mediaType: string, bytes: Buffer) => ({ mediaType, size: bytes.length, digest: digestOf(bytes) });
  const manifest = Buffer.from(
    JSON.stringify({
      ...{ schemaVersion: 2, mediaType: `${TYPE}distribution.manifest.v2+json` },
      config: blob(`${TYPE}container.image.v1+json`, config),
      layers: layers.map((bytes) => blob(`${TYPE}image.rootfs.diff.tar.gzip`, bytes)),
    }),
  );
  const blobs = new Map([config, ...layers].map((bytes) => [digestOf(bytes), bytes]));

  let heldFrom = Number.POSITIVE_INFINITY;
  let waiting: (() => void)[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    if (path === '/v2/') return response.end('{}');
    if (path.startsWith('/v2/tools/manifests/')) {
      const isKnown = /\/(1|sha256:.*)$/.test(path);
      const headers = { 'docker-content-digest': digestOf(manifest), 'content-length': manifest.length };
      if (!isKnown) return response.writeHead(404).end(NOT_FOUND);
      response.writeHead(200, { ...headers, 'content-type': `${TYPE}distribution.manifest.v2+json` });
      return response.end(request.method === 'HEAD' ? undefined : manifest);
    }
    const bytes = blobs.get(path.split('/').at(-1) ?? '');
    if (bytes === undefined) return response.writeHead(404).end(NOT_FOUND);
    response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': bytes.length });
    if (layers.indexOf(bytes) < heldFrom) return response.end(bytes);
    response.write(bytes.subarray(0, 20));
    waiting.push(() => response.end(bytes.subarray(20)));
    return response;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    image: `127.0.0.1:${port}/tools:1`,
    hold(layer) {
      heldFrom = layer;
    },
    release() {
      heldFrom = Number.POSITIVE_INFINITY;
      for (const go of waiting) go();
      waiting = [];
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const NOT_FOUND = JSON.stringify({ errors: [{ code: 'MANIFEST_UNKNOWN', message: 'manifest unknown' }] });

async function layerTar(index: number): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'atlas-layer-'));
  // Layers that a daemon has from another registry are not asked for again.
  await writeFile(join(folder, `${index}.txt`), `${randomUUID()} `.repeat(2000));
  const { stdout } = await execa('tar', ['--create', '--directory', folder, '.'], { encoding: 'buffer' });
  await rm(folder, { recursive: true, force: true });
  return Buffer.from(stdout);
}
