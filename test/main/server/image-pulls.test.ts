import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { CapabilitiesSchema } from '#shared/api/capability-schemas.js';
import { type ImagePull, ImagePullSchema } from '#shared/api/pull-schemas.js';
import { type StandInContainers, standInContainers } from '../../containers/stand-in-containers.js';
import { openTestService, type TestService, until } from './open-test-service.js';

let containers: StandInContainers;
let service: TestService;
beforeEach(async () => {
  containers = await standInContainers();
  service = await openTestService();
});
afterEach(async () => {
  await service.close();
  await containers.remove();
});

const ask = (path: string, method = 'GET') =>
  fetch(`${service.url}/api/v1${path}`, { method, headers: service.authorization });
const read = async (engine = 'colmap') => ImagePullSchema.parse(await (await ask(`/engines/${engine}/pull`)).json());
const start = async (engine = 'colmap') => {
  const answer = await ask(`/engines/${engine}/pull`, 'POST');
  expect(answer.status).toBe(202);
  return ImagePullSchema.parse(await answer.json());
};
const capabilities = async () => CapabilitiesSchema.parse(await (await ask('/capabilities')).json());
const ended = async (engine?: string): Promise<ImagePull> => {
  await until(async () => (await read(engine)).state !== 'pulling');
  return read(engine);
};

describe("pulling an engine's image", () => {
  it('is only done when it is asked for, and then the engine is there without a restart', async () => {
    const before = await capabilities();
    expect(before.containers).toEqual({ engine: 'docker', running: true });
    expect(before.engines.find(({ name }) => name === 'colmap')).toMatchObject({
      ...{ available: false, missing_image: 'colmap/colmap' },
    });
    expect(before.choices.engine.find(({ value }) => value === 'colmap')?.available).toBe(false);
    expect(await read()).toMatchObject({ image: 'colmap/colmap', state: 'none', progress: 0, started_at: null });
    expect(await containers.pulls()).toEqual([]);

    expect(await start()).toMatchObject({ engine: 'colmap', image: 'colmap/colmap', state: 'pulling' });
    expect(await ended()).toMatchObject({
      state: 'completed',
      progress: 1,
      layers_done: 3,
      layers_known: 3,
      error: null,
    });
    const after = await capabilities();
    expect(after.engines.find(({ name }) => name === 'colmap')).toMatchObject({
      ...{ available: true, version: '3.12', place: 'container', image: 'colmap/colmap', missing_image: null },
      ...{ image_bytes: 1_500_000_000, image_digest: `sha256:${'7'.repeat(64)}` },
    });
    expect(after.choices.engine.find(({ value }) => value === 'colmap')?.available).toBe(true);
    const metrics = await (await fetch(`${service.url}/metrics`, { headers: service.authorization })).text();
    expect(metrics).toContain('atlas_image_pulls_total{image="colmap/colmap",outcome="completed"} 1');
  });

  it('happens once for all who ask, also for engines that share the image', async () => {
    await containers.setPull('hang');
    const answers = await Promise.all([start('openmvg'), start('openmvs'), start('openmvg')]);
    expect(new Set(answers.map(({ image }) => image))).toEqual(new Set(['spedenaave/dpg']));
    await start('openmvs');
    await until(async () => (await read('openmvs')).layers_known === 3);
    expect(await containers.pulls()).toEqual(['spedenaave/dpg']);
    expect((await read('openmvg')).started_at).toBe((await read('openmvs')).started_at);
    expect(await read('openmvs')).toMatchObject({ state: 'pulling', layers_done: 1, layers_known: 3 });
  });

  it('is ended by a cancel, and begins anew when it is asked for again', async () => {
    await containers.setPull('hang');
    await start();
    await until(async () => (await read()).layers_done === 1);
    const cancelled = await ask('/engines/colmap/pull/cancel', 'POST');
    expect(await cancelled.json()).toMatchObject({ state: 'cancelled', error: null });
    expect((await capabilities()).engines.find(({ name }) => name === 'colmap')?.available).toBe(false);
    await containers.setPull('');
    await start();
    expect(await ended()).toMatchObject({ state: 'completed' });
    expect(await (await ask('/engines/openmvs/pull/cancel', 'POST')).json()).toMatchObject({ state: 'none' });
  });

  it('ends with the service', async () => {
    await containers.setPull('hang');
    await start();
    await service.parts.pulls.close();
    expect(service.parts.pulls.read('colmap')).toMatchObject({ state: 'cancelled' });
  });

  it.each([
    ['dial tcp: lookup registry: no such host', 'REGISTRY_UNREACHABLE'],
    ['failed to register layer: write /usr/lib/x: no space left on device', 'DISK_FULL'],
    ['Error response from daemon: manifest for colmap/colmap:latest not found', 'IMAGE_PULL_FAILED'],
  ])('tells why it failed: %s', async (line, code) => {
    await containers.setPull(line);
    await start();
    const pull = await ended();
    expect(pull).toMatchObject({ state: 'failed', error: { code, details: { image: 'colmap/colmap' } } });
    expect(pull.error?.hint).not.toBe('');
    expect(pull.error?.details.lastLines).toContain(line);
  });
});

describe('a pull that cannot begin', () => {
  it('says that the daemon does not run', async () => {
    await containers.stopDaemon();
    const answer = await ask('/engines/colmap/pull', 'POST');
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ code: 'DOCKER_NOT_RUNNING' });
    expect((await capabilities()).containers).toEqual({ engine: 'docker', running: false });
    expect(await read()).toMatchObject({ state: 'none' });
  });

  it('says that there is neither Docker nor Podman', async () => {
    const empty = await mkdtemp(join(tmpdir(), 'atlas-no-docker-'));
    await mkdir(join(empty, 'bin'));
    process.env.PATH = join(empty, 'bin');
    const answer = await ask('/engines/colmap/pull', 'POST');
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ code: 'CONTAINERS_NOT_FOUND' });
    expect((await capabilities()).containers).toBeNull();
    await rm(empty, { recursive: true, force: true });
  });

  it('is refused without the token, and for anything but the name of an engine', async () => {
    for (const path of ['/engines/colmap/pull', '/engines/colmap/pull/cancel']) {
      expect((await fetch(`${service.url}/api/v1${path}`, { method: 'POST' })).status).toBe(401);
    }
    for (const name of ['builtin', 'alpine', encodeURIComponent('evil/image:latest')]) {
      const answer = await ask(`/engines/${name}/pull`, 'POST');
      expect(answer.status, name).toBe(400);
      expect(await answer.json()).toMatchObject({ code: 'API_INVALID_REQUEST' });
    }
    expect(await containers.pulls()).toEqual([]);
  });
});

describe('who follows pulls', () => {
  it('is told them over Server-Sent Events as they are, then each change', async () => {
    const answer = await ask('/engines/events');
    expect(answer.headers.get('content-type')).toContain('text/event-stream');
    const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
    await start();
    let text = '';
    while (!text.includes('"state":"completed"')) text += (await reader.read()).value ?? '';
    await reader.cancel();
    const pulls = text
      .split('\n')
      .filter((line) => line.startsWith('data: '))
      .map((line) => ImagePullSchema.parse(JSON.parse(line.slice(6))));
    expect(pulls.slice(0, 3).map(({ engine, state }) => [engine, state])).toEqual([
      ...[
        ['colmap', 'none'],
        ['openmvg', 'none'],
        ['openmvs', 'none'],
      ],
    ]);
    const progress = pulls.slice(3).map((pull) => pull.progress);
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
    expect(new Set(progress).size).toBeGreaterThan(2);
  });

  it('is told them over the WebSocket', async () => {
    const socket = new WebSocket(`${service.url.replace('http', 'ws')}/api/v1/ws`, {
      headers: service.authorization,
    });
    const messages: { job_id: unknown; event: string; data: ImagePull }[] = [];
    socket.on('message', (data) => messages.push(JSON.parse(String(data))));
    await once(socket, 'open');
    socket.send(JSON.stringify({ subscribe: 'engines' }));
    await start();
    await until(() => messages.some(({ data }) => data.state === 'completed'));
    expect(messages[0]).toMatchObject({ job_id: null, event: 'pull', data: { engine: 'colmap', state: 'none' } });
    socket.close();
  });
});
