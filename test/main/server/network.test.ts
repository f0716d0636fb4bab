import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { Agent, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { SILENT_LOG } from '#main/logging/log.js';
import { loadServiceConfig } from '#main/server/config.js';
import { listen, type RunningService } from '#main/server/listen.js';
import { runAtlas } from '../cli/run-atlas.js';
import { openTestService, type TestService, TOKEN } from './open-test-service.js';

const services: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const service of services.splice(0)) await service.close();
});

async function open(settings: Record<string, unknown> = {}): Promise<TestService> {
  const service = await openTestService(settings);
  services.push(service);
  return service;
}

describe('TLS', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'atlas-tls-'));
    for (const name of ['a', 'b']) {
      execFileSync(
        'openssl',
        [
          ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
          ...['-keyout', join(folder, `${name}.key`), '-out', join(folder, `${name}.pem`), '-subj', '/CN=localhost'],
          ...['-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'],
        ],
        { stdio: 'ignore' },
      );
    }
  });
  afterAll(() => rm(folder, { recursive: true }));

  async function listenWith(certificate: string, key: string): Promise<RunningService> {
    const tls = { certificate: join(folder, certificate), key: join(folder, key) };
    const storage = await mkdtemp(join(folder, 'storage-'));
    const flags = { storage, port: 0, tls, apiKey: TOKEN, minFreeDiskBytes: 1 };
    const service = await listen(loadServiceConfig({ environment: {}, flags }), SILENT_LOG);
    services.push(service);
    return service;
  }

  it('serves everything over https and wss with the given certificate, and nothing without', async () => {
    const service = await listenWith('a.pem', 'a.key');
    expect(service.url).toMatch(/^https:/);
    const ca = await readFile(join(folder, 'a.pem'));
    const agent = new Agent({ ca });
    const answer = await new Promise<{ status: number; headers: Record<string, unknown>; body: string }>(
      (resolve, reject) => {
        const call = request(
          `${service.url}/api/v1/jobs`,
          { agent, headers: { authorization: `Bearer ${TOKEN}` } },
          async (response) => {
            let body = '';
            for await (const chunk of response) body += String(chunk);
            resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
          },
        );
        call.once('error', reject);
        call.end();
      },
    );
    expect(answer).toMatchObject({ status: 200, body: '{"jobs":[],"next":null}' });
    expect(answer.headers['strict-transport-security']).toMatch(/^max-age=\d+$/);
    const socket = new WebSocket(`${service.url.replace('https', 'wss')}/api/v1/ws`, {
      ...{ ca, headers: { authorization: `Bearer ${TOKEN}` } },
    });
    await new Promise((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    });
    socket.terminate();
    await expect(fetch(service.url.replace('https', 'http'))).rejects.toThrow();
    await expect(fetch(`${service.url}/health`)).rejects.toThrow();
    agent.destroy();

    const env = { NODE_EXTRA_CA_CERTS: join(folder, 'a.pem'), ATLAS_API_KEY: TOKEN };
    const draft = await runAtlas(['remote', 'list', '--url', service.url], undefined, env);
    expect(draft.stderr).toBe('');
    expect(draft.code).toBe(0);
  });

  it.each([
    ['a key of another certificate', 'a.pem', 'b.key'],
    ['files that are not there', 'none.pem', 'none.key'],
    ['files of something else', 'text', 'text'],
  ])('%s ends the start', async (_name, certificate, key) => {
    await writeFile(join(folder, 'text'), 'hello');
    await expect(listenWith(certificate, key)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });
});

describe('CORS', () => {
  const ORIGIN = 'https://studio.example';
  const preflight = (service: TestService, origin: string, method: string, path = '/api/v1/jobs') =>
    fetch(`${service.url}${path}`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': method,
        'access-control-request-headers': 'authorization,content-type,upload-offset',
      },
    });

  it('is off unless configured: no page of another origin gets an answer', async () => {
    const service = await open();
    for (const path of ['/api/v1/jobs', '/api/v1/uploads', '/health']) {
      const answer = await preflight(service, ORIGIN, 'POST', path);
      expect(answer.status).toBe(403);
      expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    }
    const local = await preflight(service, 'http://localhost:5173', 'DELETE');
    expect(local.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('lets the configured origins in, with all methods and headers that the API needs, and no other', async () => {
    const service = await open({ corsOrigins: [ORIGIN] });
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) {
      const answer = await preflight(service, ORIGIN, method);
      expect(answer.status).toBe(204);
      expect(answer.headers.get('access-control-allow-origin')).toBe(ORIGIN);
      expect(answer.headers.get('access-control-allow-methods')).toContain(method);
      expect(answer.headers.get('access-control-allow-headers')).toContain('authorization');
    }
    const upload = await preflight(service, ORIGIN, 'PATCH', `/api/v1/uploads/${crypto.randomUUID()}`);
    expect(upload.headers.get('access-control-allow-origin')).toBe(ORIGIN);

    const answer = await fetch(`${service.url}/api/v1/jobs`, { headers: { ...service.authorization, origin: ORIGIN } });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('access-control-allow-origin')).toBe(ORIGIN);
    expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
    expect(answer.headers.get('access-control-expose-headers')).toContain('repr-digest');
    // Also where it is refused: the page must be able to read why.
    const refused = await fetch(`${service.url}/api/v1/jobs`, { headers: { origin: ORIGIN } });
    expect(refused.status).toBe(401);
    expect(refused.headers.get('access-control-allow-origin')).toBe(ORIGIN);
    const tus = await fetch(`${service.url}/api/v1/uploads`, {
      ...{ method: 'POST', headers: { ...service.authorization, origin: ORIGIN, 'tus-resumable': '1.0.0' } },
    });
    expect(tus.headers.get('access-control-allow-origin')).toBe(ORIGIN);

    expect((await preflight(service, 'https://evil.example', 'GET')).status).toBe(403);
    expect((await preflight(service, `${ORIGIN}.evil.example`, 'GET')).status).toBe(403);
    expect((await preflight(service, 'http://studio.example', 'GET')).status).toBe(403);
  });
});

describe('behind a proxy', () => {
  const list = (service: TestService, forwarded: string, host?: string) =>
    service.app.inject({
      ...{ url: '/api/v1/jobs', remoteAddress: '10.0.0.1' },
      headers: { ...service.authorization, host: host ?? '127.0.0.1', 'x-forwarded-for': forwarded },
    });

  it('each client has its own limit, whatever it says before the proxy adds its address', async () => {
    const service = await open({ trustProxy: true, requestsPerMinute: 2 });
    const statuses = async (forwarded: string) => (await list(service, forwarded)).statusCode;
    expect([await statuses('203.0.113.1'), await statuses('203.0.113.1'), await statuses('203.0.113.1')]).toEqual([
      ...[200, 200, 429],
    ]);
    expect(await statuses('203.0.113.2')).toBe(200);
    expect(await statuses('198.51.100.7, 203.0.113.1')).toBe(429);
  });

  it('that is not configured, what clients say of their address is not believed', async () => {
    const service = await open({ requestsPerMinute: 2 });
    for (const i of [1, 2]) expect((await list(service, `203.0.113.${i}`)).statusCode).toBe(200);
    const answer = await list(service, '203.0.113.3');
    expect(answer.statusCode).toBe(429);
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    expect(answer.json()).toMatchObject({ code: 'API_RATE_LIMITED', retryable: true });
  });

  it('only the configured addresses are proxies', async () => {
    const service = await open({ trustProxy: ['10.0.0.0/8'], requestsPerMinute: 1 });
    expect((await list(service, '203.0.113.1')).statusCode).toBe(200);
    expect((await list(service, '203.0.113.2')).statusCode).toBe(200);
    const direct = (forwarded: string) =>
      service.app.inject({
        ...{ url: '/api/v1/jobs', remoteAddress: '192.0.2.1' },
        headers: { ...service.authorization, host: '127.0.0.1', 'x-forwarded-for': forwarded },
      });
    expect((await direct('203.0.113.3')).statusCode).toBe(200);
    expect((await direct('203.0.113.4')).statusCode).toBe(429);
    expect(() => loadServiceConfig({ environment: {}, flags: { trustProxy: ['proxy'] } })).toThrow('no address');
  });

  it('the name that it calls the service by has to be allowed', async () => {
    const service = await open({ trustProxy: true, allowedHosts: ['Atlas.example'] });
    expect((await list(service, '203.0.113.1', 'atlas.example')).statusCode).toBe(200);
    expect((await list(service, '203.0.113.1', 'atlas.example:443')).statusCode).toBe(200);
    expect((await list(service, '203.0.113.1', 'other.example')).statusCode).toBe(403);
    const forwardedHost = await service.app.inject({
      url: '/api/v1/jobs',
      headers: { ...service.authorization, host: 'evil.example', 'x-forwarded-host': 'atlas.example' },
    });
    expect(forwardedHost.statusCode).toBe(403);
  });
});

describe('every answer', () => {
  it('has the headers that keep browsers from guessing, framing and leaking', async () => {
    const service = await open();
    const calls = [
      ['/health', {}, 200],
      ['/api/v1/jobs', service.authorization, 200],
      ['/api/v1/jobs', {}, 401],
      ['/api/v1/nothing', service.authorization, 404],
      ['/docs', {}, 200],
    ] as const;
    for (const [path, headers, status] of calls) {
      const answer = await fetch(`${service.url}${path}`, { headers });
      expect(answer.status).toBe(status);
      expect(answer.headers.get('x-content-type-options'), path).toBe('nosniff');
      expect(answer.headers.get('x-frame-options'), path).toBe('SAMEORIGIN');
      expect(answer.headers.get('referrer-policy'), path).toBe('no-referrer');
      expect(answer.headers.get('content-security-policy'), path).toContain("default-src 'self'");
      expect(answer.headers.get('cross-origin-resource-policy'), path).toBe('same-origin');
      expect(answer.headers.get('x-powered-by'), path).toBeNull();
      // Without TLS it would lock everything else out that this computer serves.
      expect(answer.headers.get('strict-transport-security'), path).toBeNull();
    }
  });
});
