import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestService, postJob, type RunJob, type TestService, until } from './open-test-service.js';

const LINES = Array.from({ length: 2500 }, (_, i) =>
  JSON.stringify({ event: 'line', number: i, text: 'ä'.repeat(i % 50) }),
);

let service: TestService;
let jobId: string;
let append: (text: string) => Promise<void>;
beforeAll(async () => {
  const writes: RunJob = async ({ outputFolder }, { signal }) => {
    await mkdir(outputFolder, { recursive: true });
    append = (text) => writeFile(join(outputFolder, 'log.ndjson'), text, { flag: 'a' });
    await append(`${LINES.join('\n')}\n`);
    await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  };
  service = await openTestService({ minPhotos: 3 }, writes);
  jobId = await postJob(service);
  await until(async () => (await service.client.logs(jobId)).lines.length > 0);
});
afterAll(() => service.close());

it('a log comes in pages, from an offset, each line once', async () => {
  const lines: string[] = [];
  for (let offset = 0; ; ) {
    const page = await service.client.logs(jobId, offset);
    if (page.lines.length === 0) break;
    lines.push(...page.lines);
    offset = page.next_offset;
  }
  expect(lines).toEqual(LINES);
});

it('a line that is being written comes when it is whole', async () => {
  await append('{"event":"be');
  expect(await service.client.logs(jobId, 2500)).toEqual({ lines: [], next_offset: 2500 });
  expect((await service.client.logs(jobId, 2499)).lines).toEqual(LINES.slice(-1));
  await append('gun"}\n');
  expect(await service.client.logs(jobId, 2500)).toEqual({ lines: ['{"event":"begun"}'], next_offset: 2501 });
});

it('beyond the end there is nothing; a job that has not started has an empty log', async () => {
  expect(await service.client.logs(jobId, 9999)).toEqual({ lines: [], next_offset: 9999 });
  const waiting = await postJob(service);
  expect(await service.client.logs(waiting)).toEqual({ lines: [], next_offset: 0 });
});

it.each(['offset=-1', 'offset=x', 'limit=0', 'limit=100000', 'offset=1e99'])('%s: 400', async (query) => {
  const url = `${service.url}/api/v1/jobs/${jobId}/logs?${query}`;
  expect((await fetch(url, { headers: service.authorization })).status).toBe(400);
});
