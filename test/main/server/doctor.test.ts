import { afterEach, beforeEach, expect, it } from 'vitest';
import { DoctorReportSchema } from '#shared/api/doctor-schemas.js';
import { openTestService, type TestService } from './open-test-service.js';

let service: TestService;
beforeEach(async () => {
  service = await openTestService();
});
afterEach(() => service.close());

const ask = () => fetch(`${service.url}/api/v1/doctor`, { headers: service.authorization });

it('tells what was found on this computer, each thing once, with a remedy for what is wrong', async () => {
  const [answer, meanwhile] = await Promise.all([ask(), ask()]);
  const { checks } = DoctorReportSchema.parse(await answer.json());
  expect(await meanwhile.json()).toEqual({ checks });
  const ids = checks.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids).toEqual(expect.arrayContaining(['storage', 'queue', 'processors', 'memory', 'disk', 'simd', 'images']));
  expect(ids).toEqual(expect.arrayContaining(['engine-builtin', 'engine-colmap', 'containers']));
  for (const check of checks) {
    expect(check.detail, check.id).not.toBe('');
    if (check.state === 'bad' || check.state === 'remark') expect(check.remedy, check.id).toBeTruthy();
  }
  expect(checks.find(({ id }) => id === 'engine-builtin')?.state).toBe('good');
});

it('is for those with the token', async () => {
  expect((await fetch(`${service.url}/api/v1/doctor`)).status).toBe(401);
});
