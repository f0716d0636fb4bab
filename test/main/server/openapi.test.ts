import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { Validator } from '@seriousme/openapi-schema-validator';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openTestService, postJob, type TestService } from './open-test-service.js';

interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly pattern?: string;
  readonly enum?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly [name: string]: unknown;
}
interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema: Schema;
}
interface Operation {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema: Schema }>> }>
  >;
}
interface OpenApi {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation | readonly Parameter[]>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

/** Has no image, and pulls without end. */
const DOCKER = `#!/bin/sh
case "$1" in
  pull) exec sleep 600 ;;
  image) exit 1 ;;
esac
`;

const RUNS = 15;
const SEED = 7;

let programs: string;
const path = process.env.PATH;
let service: TestService;
let document: OpenApi;
let jobId: string;
let photoId: string;
let uploadId: string;
beforeAll(async () => {
  // The requests that are made up here must pull nothing real.
  programs = await mkdtemp(join(tmpdir(), 'atlas-openapi-'));
  await writeFile(join(programs, 'docker'), DOCKER, { mode: 0o755 });
  process.env.PATH = `${programs}${delimiter}${path}`;
  service = await openTestService({ minPhotos: 3, requestsPerMinute: 1_000_000 });
  document = (await (await fetch(`${service.url}/openapi.json`)).json()) as OpenApi;
  jobId = await postJob(service);
  photoId = (await service.client.images(jobId))[0]?.photo_id ?? '';
  const draft = await service.client.createDraft();
  const upload = await service.client.request('/uploads', {
    method: 'POST',
    headers: { 'tus-resumable': '1.0.0', 'upload-length': '1000', 'upload-metadata': `job_id ${btoa(draft)}` },
  });
  uploadId = upload.headers.get('location')?.split('/').at(-1) ?? '';
});
afterAll(async () => {
  await service.close();
  process.env.PATH = path;
  await rm(programs, { recursive: true, force: true });
});

describe('the OpenAPI document', () => {
  it('is valid OpenAPI 3.1', async () => {
    const result = await new Validator().validate(JSON.parse(JSON.stringify(document)));
    expect(result).toMatchObject({ valid: true });
    expect(document.openapi).toBe('3.1.0');
  });

  it('has each schema once, describes every answer, and forbids to send nothing', () => {
    const names = Object.keys(document.components.schemas);
    expect(names).toContain('Job');
    expect(names.filter((name) => /Input$/.test(name) && !names.includes(name.replace(/Input$/, '')))).toEqual([]);
    expect(JSON.stringify(document)).not.toContain('readOnly');
    for (const operations of Object.values(document.paths)) {
      for (const { responses } of operationsOf(operations)) expect(Object.keys(responses).length).toBeGreaterThan(0);
    }
  });

  it('describes the other protocols: resumable uploads and the WebSocket', async () => {
    expect(Object.keys(document.paths['/api/v1/uploads'] ?? {})).toEqual(['post', 'options']);
    expect(Object.keys(document.paths['/api/v1/uploads/{upload_id}'] ?? {})).toEqual([
      ...['parameters', 'head', 'patch', 'delete', 'options'],
    ]);
    expect(document.paths['/api/v1/ws']).toMatchObject({ get: { responses: { '101': {}, '426': {} } } });
    const answer = await fetch(`${service.url}/api/v1/ws`, { headers: service.authorization });
    expect(answer.status).toBe(426);
    expect(answer.headers.get('upgrade')).toBe('websocket');
  });

  it('has a page to read it', async () => {
    const page = await fetch(`${service.url}/docs`);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('swagger-ui');
  });
});

describe('what the document says', () => {
  it(`holds for requests that are generated from it (seed ${SEED})`, async () => {
    const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      operationsOf(methods).map((operation) => ({ path, method: operation.method, operation })),
    );
    expect(operations.length).toBeGreaterThan(20);
    for (const { path, method, operation } of operations) {
      // A job that is deleted or committed by the one that tries it would leave the others nothing to find.
      const request = requestOf(path, method, operation);
      await fc.assert(
        fc.asyncProperty(request, async ({ url, headers, body }) => {
          const init = { method, headers: { ...headers, ...service.authorization }, redirect: 'manual' as const };
          const answer = await fetch(`${service.url}${url}`, { ...init, ...(body === undefined ? {} : { body }) });
          await checkAnswer(answer, operation, `${method} ${url}`);
        }),
        { numRuns: RUNS, seed: SEED },
      );
    }
  }, 120_000);
});

/** The operations of a path, each with the parameters that all of them have. */
function operationsOf({ parameters: shared = [], ...methods }: OpenApi['paths'][string]) {
  return Object.entries(methods as Readonly<Record<string, Operation>>).map(([method, operation]) => ({
    ...operation,
    method: method.toUpperCase(),
    parameters: [...(shared as readonly Parameter[]), ...(operation.parameters ?? [])],
  }));
}

/** Requests that fit the operation, or nearly. */
function requestOf(path: string, method: string, { parameters = [], requestBody }: Operation) {
  const values = fc.record(
    Object.fromEntries(
      parameters.map((parameter) => [`${parameter.in} ${parameter.name}`, parameterValue(parameter, method)]),
    ),
  );
  const json = requestBody?.content['application/json']?.schema;
  const body = json
    ? fc.oneof(bodyValue(json), fc.jsonValue()).map((value) => JSON.stringify(value))
    : fc.constant(undefined);
  return fc.record({ values, body }).map(({ values: given, body: text }) => {
    const query = new URLSearchParams();
    const headers: Record<string, string> = text === undefined ? {} : { 'content-type': 'application/json' };
    let url = path;
    for (const [place, value] of Object.entries(given)) {
      const [kind, name = ''] = place.split(' ');
      if (value === undefined) continue;
      if (kind === 'path') url = url.replace(`{${name}}`, encodeURIComponent(value) || 'x');
      else if (kind === 'query') query.set(name, value);
      else headers[name] = /^[!-~]+$/.test(value) ? value : Buffer.from(value).toString('base64');
    }
    return { url: query.size > 0 ? `${url}?${query}` : url, headers, body: text };
  });
}

function parameterValue({ name, required, schema }: Parameter, method: string): fc.Arbitrary<string | undefined> {
  const known = { job_id: jobId, photo_id: photoId, image: photoId, upload_id: uploadId }[name];
  const isSafe = method !== 'DELETE';
  const good = known === undefined ? scalar(schema).map(String) : isSafe ? fc.constant(known) : fc.uuid();
  const any = fc.oneof({ weight: 4, arbitrary: good }, { weight: 1, arbitrary: fc.string({ maxLength: 40 }) });
  return required ? any : fc.option(any, { nil: undefined });
}

function scalar(schema: Schema): fc.Arbitrary<unknown> {
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (schema.type === 'integer' || schema.type === 'number') {
    const edge = [schema.minimum, schema.maximum].filter((value) => typeof value === 'number');
    return fc.oneof(fc.integer(), fc.double(), fc.constantFrom(0, -1, 1e21, ...edge));
  }
  if (schema.type === 'boolean') return fc.boolean();
  if (schema.pattern && !schema.format) return fc.stringMatching(new RegExp(schema.pattern));
  return fc.oneof(fc.string(), fc.uuid(), fc.webUrl());
}

/** An object of the schema with some properties absent and some of another type. */
function bodyValue(schema: Schema): fc.Arbitrary<unknown> {
  const { $ref } = schema;
  if ($ref) return bodyValue(document.components.schemas[$ref.split('/').at(-1) ?? ''] ?? {});
  const options = (schema.anyOf ?? schema.oneOf) as readonly Schema[] | undefined;
  if (options) return fc.oneof(...options.map(bodyValue));
  if (!schema.properties) return scalar(schema);
  const properties = Object.entries(schema.properties).map(
    ([name, property]) =>
      [
        name,
        fc.oneof({ weight: 6, arbitrary: bodyValue(property) }, { weight: 1, arbitrary: fc.jsonValue() }),
      ] as const,
  );
  return fc.record(Object.fromEntries(properties), { requiredKeys: [] });
}

async function checkAnswer(answer: Response, { responses }: Operation, request: string): Promise<void> {
  // The events of a job that runs do not end.
  const isStream = answer.headers.get('content-type')?.startsWith('text/event-stream') === true;
  if (isStream) await answer.body?.cancel();
  const text = isStream ? '' : await answer.text();
  const said = `${request}: ${answer.status} ${text.slice(0, 300)}`;
  expect(answer.status, said).toBeLessThan(500);
  const described = responses[String(answer.status)];
  expect(described, `is not described: ${said}`).toBeDefined();
  const type = (answer.headers.get('content-type') ?? '').split(';')[0] ?? '';
  if (text === '' || !described?.content) return;
  const schema = described.content[type]?.schema;
  expect(schema, `${type} is not described: ${said}`).toBeDefined();
  if (!schema || !/json$/.test(type)) return;
  const whole = JSON.parse(
    JSON.stringify({ ...schema, $defs: document.components.schemas }).replaceAll('#/components/schemas/', '#/$defs/'),
  );
  const checked = z.fromJSONSchema(whole).safeParse(JSON.parse(text));
  expect(checked.success, `${said} ${checked.error?.message}`).toBe(true);
}
