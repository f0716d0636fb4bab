import { randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ProblemSchema } from '#shared/api/problem-schema.js';
import {
  multipart,
  noisePhoto,
  noisePhotos,
  openTestService,
  postJob,
  type TestService,
  TOKEN,
} from './open-test-service.js';

let service: TestService;
beforeAll(async () => {
  service = await openTestService({
    ...{ minPhotos: 3, maxPhotos: 20, maxPhotoBytes: 400_000, maxPhotoPixels: 1_000_000 },
    ...{ headersTimeoutSeconds: 1, slowBodySeconds: 1 },
  });
});
afterAll(() => service.close());
// Whatever was sent, the service goes on.
afterEach(async () => {
  expect((await fetch(`${service.url}/health`)).status).toBe(200);
  expect(service.parts.store.isWritable()).toBe(true);
});

/** Sends bytes as they are and collects the answer until the connection ends. */
function raw(text: string, { keepOpen = false } = {}): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(service.port, '127.0.0.1');
    let answer = '';
    socket.on('data', (data) => {
      answer += data.toString('latin1');
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(answer));
    socket.write(text);
    if (!keepOpen) socket.end();
  });
}

const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1]);
const HEAD = `Host: 127.0.0.1\r\nAuthorization: Bearer ${TOKEN}\r\n`;

/** Expects a problem without a stack or a path of this machine. @returns its code */
async function problemOf(answer: Response, status: number): Promise<string> {
  const text = await answer.text();
  expect(answer.status, text).toBe(status);
  expect(answer.headers.get('content-type')).toContain('application/problem+json');
  expect(text).not.toMatch(/node_modules|\.js:\d|\/src-main\/|atlas-service-/);
  const problem = ProblemSchema.parse(JSON.parse(text));
  expect(problem.status).toBe(status);
  return problem.code;
}

const send = (path: string, init: RequestInit = {}) =>
  fetch(`${service.url}${path}`, { ...init, headers: { ...service.authorization, ...init.headers } });

const postForm = (body: Awaited<ReturnType<typeof multipart>>, headers: Record<string, string> = {}) =>
  send('/api/v1/jobs', {
    method: 'POST',
    headers: { ...body.headers, ...headers },
    body: new Uint8Array(body.payload),
  });

describe('tokens', () => {
  it.each([
    ['none', undefined],
    ['a wrong one', 'Bearer wrong-token-0123456789abcdef'],
    ['the beginning of the right one', `Bearer ${TOKEN.slice(0, -1)}`],
    ['the right one and more', `Bearer ${TOKEN}x`],
    ['another scheme', `Basic ${Buffer.from(`user:${TOKEN}`).toString('base64')}`],
    ['two words', `Bearer ${TOKEN} ${TOKEN}`],
    ['an empty one', 'Bearer '],
  ])('%s: 401, on every route and on addresses that do not exist', async (_name, authorization) => {
    const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
    const id = randomUUID();
    for (const path of ['/api/v1/jobs', `/api/v1/jobs/${id}`, `/api/v1/jobs/${id}/events`, '/metrics', '/nothing']) {
      expect(await problemOf(await fetch(`${service.url}${path}`, { headers }), 401)).toBe('API_UNAUTHORIZED');
    }
    const upload = await fetch(`${service.url}/api/v1/uploads`, { method: 'POST', headers });
    expect(await problemOf(upload, 401)).toBe('API_UNAUTHORIZED');
  });

  it('is not taken from the query string', async () => {
    const answer = await fetch(`${service.url}/api/v1/jobs?token=${TOKEN}&access_token=${TOKEN}`);
    expect(await problemOf(answer, 401)).toBe('API_UNAUTHORIZED');
  });
});

describe('Host and Origin', () => {
  it.each(['evil.example', '127.0.0.1.evil.example', 'localhost.evil', '[::1', 'a b', ''])(
    'Host %j: 403',
    async (host) => {
      const answer = await raw(
        `GET /api/v1/jobs HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${TOKEN}\r\nConnection: close\r\n\r\n`,
      );
      expect(statusOf(answer)).toBe(403);
      expect(answer).toContain('API_HOST_REFUSED');
    },
  );

  it.each(['https://evil.example', 'null', 'file://', 'http://127.0.0.1.evil.example'])(
    'Origin %s: 403',
    async (origin) => {
      expect(await problemOf(await send('/api/v1/jobs', { headers: { origin } }), 403)).toBe('API_HOST_REFUSED');
    },
  );

  it('gives no web page leave to read an answer', async () => {
    const answer = await send('/api/v1/jobs', { headers: { origin: 'http://localhost:3000' } });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  });
});

describe('names and ids', () => {
  it.each([
    '/api/v1/jobs/..%2f..%2fetc%2fpasswd',
    '/api/v1/jobs/%00',
    '/api/v1/jobs/%2e%2e/artifact',
    `/api/v1/jobs/${'a'.repeat(180)}`,
    `/api/v1/jobs/${'a'.repeat(5000)}`,
    '/api/v1/jobs/%zz',
    `/api/v1/jobs/${randomUUID()}/artifacts/..%2fjobs.db`,
    `/api/v1/jobs/${randomUUID()}/images/..%2f..%2ftoken/file`,
    `/api/v1/jobs/${randomUUID()}/previews/1e3`,
    `/api/v1/uploads/..%2fjobs.db`,
    '/docs/static/..%2f..%2fpackage.json',
    '/../../etc/passwd',
  ])('%s: 4xx', async (path) => {
    const answer = await raw(`GET ${path} HTTP/1.1\r\n${HEAD}Connection: close\r\n\r\n`, { keepOpen: true });
    expect([400, 404, 414]).toContain(statusOf(answer));
    expect(answer).not.toMatch(/root:|SQLite|atlas-studio"/);
  });

  it('a file name never becomes a path', async () => {
    const names = [
      '../../../evil.jpg',
      '/etc/passwd',
      'C:\\Windows\\evil.jpg',
      'a\u0000b.jpg',
      '..',
      `${'x'.repeat(900)}.jpg`,
    ];
    const photos = await Promise.all(names.map(async (name, i) => ({ name, data: await noisePhoto(i + 1) })));
    const answer = await postForm(await multipart(photos));
    expect(answer.status).toBe(202);
    const { job_id } = (await answer.json()) as { job_id: string };
    const images = await service.client.images(job_id);
    expect(images.map(({ name }) => name).slice(0, 3)).toEqual(['evil.jpg', 'passwd', 'evil.jpg']);
    for (const { name } of images) expect(name.length <= 200 && !/[/\\]/.test(name) && !name.includes('\0')).toBe(true);
    const files = await readdir(service.parts.folders.images(job_id));
    expect(files.every((file) => /^[0-9a-f-]{36}\.jpg$/.test(file))).toBe(true);
  });
});

describe('bodies', () => {
  it.each([
    'application/json',
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/mixed; boundary=x',
    'nonsense',
  ])('a job as %s: 415', async (type) => {
    const answer = await send('/api/v1/jobs', { method: 'POST', headers: { 'content-type': type }, body: '{}' });
    expect(await problemOf(answer, 415)).toBe('API_UNSUPPORTED_MEDIA_TYPE');
  });

  it('a job without a body or without a boundary is refused', async () => {
    expect((await send('/api/v1/jobs', { method: 'POST' })).status).toBe(415);
    const headers = { 'content-type': 'multipart/form-data' };
    const answer = await send('/api/v1/jobs', { method: 'POST', headers, body: 'x' });
    expect([400, 415]).toContain(answer.status);
  });

  it.each([
    '{',
    '[1,',
    '"\\u12"',
    '{"name": NaN}',
    '',
    'null',
    '[]',
    '{"a":1}',
    '{"__proto__":{"x":1}}',
    '{"options":{"tier":"best"}}',
  ])('a draft from %j: 400', async (body) => {
    const headers = { 'content-type': 'application/json' };
    const answer = await send('/api/v1/jobs/drafts', { method: 'POST', headers, body });
    expect(await problemOf(answer, 400)).toBe('API_INVALID_REQUEST');
  });

  it('10,000 fields: 413, and nothing is left', async () => {
    const before = await readdir(service.parts.folders.workspaces);
    const fields = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`field${i}`, 'x']));
    expect(await problemOf(await postForm(await multipart([], fields)), 413)).toBe('API_BODY_TOO_LARGE');
    expect(await readdir(service.parts.folders.workspaces)).toEqual(before);
  });

  it.each([
    ['an unknown field', { colour: 'red' }],
    ['options that are not JSON', { options: 'tier=preview' }],
    ['an unknown option', { options: '{"quality":1}' }],
    ['a huge number', { options: '{"seed":1e400}' }],
    [
      'a webhook of another protocol',
      { webhook: '{"url":"file:///etc/passwd","secret":"c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0"}' },
    ],
  ])('%s: 400', async (_name, fields) => {
    const answer = await postForm(await multipart(await noisePhotos(3), fields));
    expect(await problemOf(answer, 400)).toBe('API_INVALID_REQUEST');
  });

  it('a webhook to this machine: 422', async () => {
    const secret = 'c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0';
    for (const url of [
      'http://127.0.0.1:1/',
      'http://[::1]/',
      'http://localhost/',
      'http://169.254.169.254/',
      'http://0x7f.1/',
    ]) {
      const body = await multipart(await noisePhotos(3), { webhook: JSON.stringify({ url, secret }) });
      expect(await problemOf(await postForm(body), 422)).toBe('WEBHOOK_URL_REFUSED');
    }
  });

  it('a field of a megabyte: 413', async () => {
    const answer = await postForm(await multipart(await noisePhotos(3), { name: 'x'.repeat(1_000_000) }));
    expect(await problemOf(answer, 413)).toBe('API_BODY_TOO_LARGE');
  });

  it('JSON of two megabytes: 413', async () => {
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ name: 'x'.repeat(2 * 1024 ** 2) });
    expect(await problemOf(await send('/api/v1/jobs/drafts', { method: 'POST', headers, body }), 413)).toBe(
      'API_BODY_TOO_LARGE',
    );
  });

  it('a multipart body that ends in the middle: 400, and nothing is left', async () => {
    const before = await readdir(service.parts.folders.workspaces);
    const body = await multipart(await noisePhotos(3));
    const answer = await postForm({ ...body, payload: body.payload.subarray(0, 20_000) });
    expect(await problemOf(answer, 400)).toMatch(/UPLOAD_FAILED|API_INVALID_REQUEST/);
    expect(await readdir(service.parts.folders.workspaces)).toEqual(before);
  });
});

describe('photos', () => {
  it.each([
    ['an empty file', () => Buffer.alloc(0), 422, 'PHOTO_EMPTY'],
    ['text', () => Buffer.from('not a photo'), 422, 'PHOTO_UNREADABLE'],
    ['a program', () => Buffer.from('MZ\u0090\u0000'.padEnd(2000, '\u0000'), 'latin1'), 422, 'PHOTO_UNREADABLE'],
    [
      'a picture that scripts',
      () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>'),
      422,
      'PHOTO_UNREADABLE',
    ],
    [
      'the head of a JPEG and nothing else',
      () => Buffer.from([0xff, 0xd8, 0xff, 0xe1, 0xff, 0xff]),
      422,
      'PHOTO_UNREADABLE',
    ],
    [
      'a file above the limit',
      () => Buffer.concat([Buffer.from([0xff, 0xd8, 0xff]), Buffer.alloc(500_000)]),
      413,
      'PHOTO_FILE_TOO_LARGE',
    ],
    ['a decompression bomb', bomb, 422, 'PHOTO_TOO_LARGE'],
    ['a JPEG whose EXIF points everywhere', exifBomb, 422, 'PHOTO_METADATA_REFUSED'],
  ])('%s', async (_name, make, status, code) => {
    const photos = [...(await noisePhotos(3)), { name: 'x.jpg', data: await make() }];
    const answer = await postForm(await multipart(photos));
    expect(await problemOf(answer, status)).toBe(code);
  });

  it('more photos than are allowed: refused', async () => {
    const photos = Array.from({ length: 25 }, (_, i) => ({ name: `${i}.jpg`, data: Buffer.from(`x${i}`) }));
    const answer = await postForm(await multipart(photos));
    expect([413, 422]).toContain(answer.status);
  });

  it('the same bytes twice are left out and told', async () => {
    const photos = await noisePhotos(3);
    const answer = await postForm(await multipart([...photos, { ...photos[0]!, name: 'copy.jpg' }]));
    const { job_id } = (await answer.json()) as { job_id: string };
    expect(await service.client.get(job_id)).toMatchObject({
      ...{ photo_count: 3, warnings: [{ code: 'PHOTO_DUPLICATE', photos: ['copy.jpg'] }] },
    });
  });

  it('the same bytes twice count once', async () => {
    const [first, second] = await noisePhotos(2);
    const answer = await postForm(await multipart([first!, second!, { ...first!, name: 'copy.jpg' }]));
    expect(await problemOf(answer, 422)).toBe('INPUT_TOO_FEW_PHOTOS');
  });
});

/** A PNG header of 60,000 x 60,000 pixels: 14 GB when decoded. */
async function bomb(): Promise<Buffer> {
  const { default: sharp } = await import('sharp');
  const png = await sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } })
    .png()
    .toBuffer();
  png.writeUInt32BE(60_000, 16);
  png.writeUInt32BE(60_000, 20);
  const { crc32 } = await import('node:zlib');
  png.writeUInt32BE(crc32(png.subarray(12, 29)), 29);
  return png;
}

/** Entries of EXIF that claim four billion values at offsets outside of the file. */
async function exifBomb(): Promise<Buffer> {
  const jpeg = await noisePhoto(99);
  const tiff = Buffer.alloc(8 + 2 + 500 * 12 + 4);
  tiff.write('MM\u0000*', 0, 'latin1');
  tiff.writeUInt32BE(8, 4);
  tiff.writeUInt16BE(500, 8);
  for (let i = 0; i < 500; i++) {
    tiff.writeUInt16BE(0x8769 + (i % 3), 10 + i * 12);
    tiff.writeUInt16BE(4, 12 + i * 12);
    tiff.writeUInt32BE(0xffff_ffff, 14 + i * 12);
    tiff.writeUInt32BE(0xffff_fff0, 18 + i * 12);
  }
  const exif = Buffer.concat([Buffer.from('Exif\0\0'), tiff]);
  const marker = Buffer.from([0xff, 0xe1, (exif.length + 2) >> 8, (exif.length + 2) & 255]);
  return Buffer.concat([jpeg.subarray(0, 2), marker, exif, jpeg.subarray(2)]);
}

describe('the connection', () => {
  it('headers that trickle in: 408', async () => {
    const answer = await raw(`GET /api/v1/jobs HTTP/1.1\r\n${HEAD}X-Slow: `, { keepOpen: true });
    expect(statusOf(answer)).toBe(408);
    expect(answer).toContain('application/problem+json');
  });

  it('a body that trickles in: 408', async () => {
    const head = `POST /api/v1/jobs/drafts HTTP/1.1\r\n${HEAD}Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{`;
    expect(statusOf(await raw(head, { keepOpen: true }))).toBe(408);
    const form = `POST /api/v1/jobs HTTP/1.1\r\n${HEAD}Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 1000\r\n\r\n--x\r\n`;
    expect(statusOf(await raw(form, { keepOpen: true }))).toBe(408);
  });

  it('what is no HTTP: 400', async () => {
    const answer = await raw('\u0016\u0003\u0001 hello\r\n\r\n');
    expect(statusOf(answer)).toBe(400);
    expect(answer).toContain('API_INVALID_REQUEST');
  });

  it('headers of 100 kB: 431', async () => {
    const answer = await raw(`GET /api/v1/jobs HTTP/1.1\r\n${HEAD}X-Large: ${'x'.repeat(100_000)}\r\n\r\n`);
    expect(statusOf(answer)).toBe(431);
    expect(answer).toContain('API_HEADERS_TOO_LARGE');
  });

  it('unknown methods and routes: 4xx', async () => {
    expect(await problemOf(await send('/api/v1/nothing'), 404)).toBe('API_NOT_FOUND');
    expect(await problemOf(await send('/api/v1/jobs', { method: 'DELETE' }), 404)).toBe('API_NOT_FOUND');
    expect(statusOf(await raw(`BREW /api/v1/jobs HTTP/1.1\r\n${HEAD}\r\n`))).toBe(400);
  });
});

describe('at the same time', () => {
  it('two requests with one Idempotency-Key make one job', async () => {
    const body = await multipart(await noisePhotos(3));
    const key = { 'idempotency-key': `twice-${randomUUID()}` };
    const answers = await Promise.all([postForm(body, key), postForm(body, key), postForm(body, key)]);
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 202).length).toBeGreaterThanOrEqual(1);
    expect(statuses.every((status) => status === 202 || status === 409)).toBe(true);
    const again = await postForm(body, key);
    const made = await Promise.all(
      [...answers, again].filter(({ status }) => status === 202).map((answer) => answer.json()),
    );
    expect(new Set(made.map((job) => (job as { job_id: string }).job_id)).size).toBe(1);
  });

  it('a key that was used is answered with its job for the same photos and options, and refused for others', async () => {
    const key = { 'idempotency-key': `again-${randomUUID()}` };
    const photos = await noisePhotos(4);
    const options = '{"tier":"preview","triangles":3000}';
    const post = async (chosen: typeof photos, fields: Record<string, string>) =>
      postForm(await multipart(chosen, fields), key);
    const first = await post(photos.slice(0, 3), { options });
    expect(first.status).toBe(202);
    const { job_id } = (await first.json()) as { job_id: string };
    const folders = await readdir(service.parts.folders.workspaces);
    // The same, said in another order: a client's retry.
    const again = await post(photos.slice(0, 3), { options: '{ "triangles": 3000, "tier": "preview" }' });
    expect(again.status).toBe(202);
    expect(await again.json()).toMatchObject({ job_id });
    for (const [chosen, fields] of [
      [photos, { options }],
      [photos.slice(1), { options }],
      [photos.slice(0, 2), { options }],
      [photos.slice(0, 3), {}],
      [photos.slice(0, 3), { options, name: 'other' }],
    ] as const) {
      expect(await problemOf(await post([...chosen], fields), 422)).toBe('API_IDEMPOTENCY_MISMATCH');
    }
    expect(await problemOf(await post(photos.slice(0, 3), { options: '{' }), 400)).toBe('API_INVALID_REQUEST');
    const draft = { method: 'POST', headers: { ...key, 'content-type': 'application/json' }, body: '{}' };
    expect(await problemOf(await send('/api/v1/jobs/drafts', draft), 422)).toBe('API_IDEMPOTENCY_MISMATCH');
    expect(await readdir(service.parts.folders.workspaces)).toEqual(folders);
  });

  it('a key whose request was refused can be used again', async () => {
    const key = { 'idempotency-key': `refused-${randomUUID()}` };
    expect((await postForm(await multipart(await noisePhotos(2)), key)).status).toBe(422);
    expect((await postForm(await multipart(await noisePhotos(3)), key)).status).toBe(202);
  });

  it('a key that was used for a draft is refused for another one', async () => {
    const headers = { 'content-type': 'application/json', 'idempotency-key': 'draft-key' };
    const draft = (name: string) =>
      send('/api/v1/jobs/drafts', { method: 'POST', headers, body: JSON.stringify({ name }) });
    expect((await draft('one')).status).toBe(201);
    expect((await draft('one')).status).toBe(201);
    expect(await problemOf(await draft('two'), 422)).toBe('API_IDEMPOTENCY_MISMATCH');
  });

  it('a job is deleted twenty times at once: one succeeds', async () => {
    const jobId = await postJob(service);
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => send(`/api/v1/jobs/${jobId}`, { method: 'DELETE' })),
    );
    const statuses = answers.map(({ status }) => status);
    expect(statuses).toContain(204);
    expect(statuses.every((status) => status === 204 || status === 404)).toBe(true);
    expect((await send(`/api/v1/jobs/${jobId}`)).status).toBe(404);
  });
});

describe('many requests', () => {
  it('429 with Retry-After above the limit, also with wrong tokens; health and others go on', async () => {
    const limited = await openTestService({ requestsPerMinute: 5 });
    try {
      for (const headers of [limited.authorization, { authorization: 'Bearer guess' }]) {
        const answers: Response[] = [];
        for (let i = 0; i < 8; i++) answers.push(await fetch(`${limited.url}/api/v1/jobs`, { headers }));
        const last = answers.at(-1)!;
        expect(Number(last.headers.get('retry-after'))).toBeGreaterThan(0);
        expect(await problemOf(last, 429)).toBe('API_RATE_LIMITED');
      }
      expect((await fetch(`${limited.url}/health`)).status).toBe(200);
    } finally {
      await limited.close();
    }
  });
});
