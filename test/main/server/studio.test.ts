import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { STUDIO_FOLDER } from '#main/server/routes/studio.js';
import { openTestService, type TestService } from './open-test-service.js';

let service: TestService;
beforeAll(async () => {
  service = await openTestService();
});
afterAll(() => service.close());

const get = (url: string) => service.app.inject({ method: 'GET', url, headers: { host: '127.0.0.1' } });

describe('the studio at /', () => {
  it('was built', () => expect(existsSync(STUDIO_FOLDER)).toBe(true));

  it('is served without a token, under a policy that allows no foreign and no inline script', async () => {
    const answer = await get('/');
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toContain('text/html');
    const policy = String(answer.headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(answer.headers['cache-control']).toBe('no-cache');
    expect(answer.headers['referrer-policy']).toBe('no-referrer');
  });

  it('has files that may be kept for ever, for their names say what they hold', async () => {
    const script = /src="\.(\/assets\/[^"]+\.js)"/.exec((await get('/')).body)?.[1] ?? '';
    const answer = await get(script);
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['cache-control']).toContain('immutable');
  });

  it.each(['/assets/../../package.json', '/assets/%2e%2e/%2e%2e/package.json', '/assets/nothing.js', '/package.json'])(
    'gives nothing at %s',
    async (url) => expect((await get(url)).statusCode).toBeGreaterThanOrEqual(400),
  );

  it('opens nothing of the API', async () => {
    expect((await get('/api/v1/jobs')).statusCode).toBe(401);
    expect((await get('/metrics')).statusCode).toBe(401);
  });
});

describe('changing a job', () => {
  const patch = (jobId: string, payload: object) =>
    service.app.inject({ method: 'PATCH', url: `/api/v1/jobs/${jobId}`, headers: service.authorization, payload });
  const draft = async (): Promise<string> => {
    const url = '/api/v1/jobs/drafts';
    const answer = await service.app.inject({ method: 'POST', url, headers: service.authorization, payload: {} });
    return answer.json().job_id;
  };

  it('gives a draft another name and other options', async () => {
    const answer = await patch(await draft(), { name: 'Vase', options: { tier: 'preview', triangles: 5000 } });
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({ name: 'Vase', options: { tier: 'preview', triangles: 5000 } });
  });

  it('lets an ended job be renamed, but not be given other options', async () => {
    const jobId = await draft();
    const url = `/api/v1/jobs/${jobId}/cancel`;
    await service.app.inject({ method: 'POST', url, headers: service.authorization });
    expect((await patch(jobId, { name: 'Later' })).json().name).toBe('Later');
    const refused = await patch(jobId, { options: { tier: 'premium' } });
    expect(refused.statusCode).toBe(409);
    expect(refused.json().code).toBe('JOB_STATE_CONFLICT');
  });

  it('refuses what it does not know', async () => {
    expect((await patch(await draft(), { status: 'completed' })).statusCode).toBe(400);
  });
});
