import { problemDescription } from './problem-responses.js';

const PROBLEM = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };
const problems = (...statuses: readonly number[]) =>
  Object.fromEntries(
    [...statuses, 401, 403, 429].map((status) => [
      status,
      { description: problemDescription(status), content: PROBLEM },
    ]),
  );

const text = (pattern?: string) => ({ type: 'string', ...(pattern === undefined ? {} : { pattern }) });
const count = { type: 'integer', minimum: 0 };

const header = (name: string, description: string, schema: object, required = false) => ({
  ...{ name, in: 'header', description, required, schema },
});
const answerHeader = (description: string, schema: object) => ({ description, schema });

const VERSION = header('Tus-Resumable', 'Version of the protocol', { type: 'string', enum: ['1.0.0'] }, true);
const ANSWERED_VERSION = { 'Tus-Resumable': answerHeader('Version of the protocol', text()) };
const OFFSET = { 'Upload-Offset': answerHeader('Bytes that the service has', count) };
const EXPIRES = { 'Upload-Expires': answerHeader('When an upload that is not continued is removed', text()) };
const PHOTO = {
  'Atlas-Photo-Id': answerHeader('With the last byte: the id of the photo', { type: 'string', format: 'uuid' }),
  'Atlas-Duplicate': answerHeader('With the last byte: whether the draft had these bytes before', { type: 'boolean' }),
};
const BYTES = {
  content: {
    'application/offset+octet-stream': { schema: { type: 'string', contentMediaType: 'application/octet-stream' } },
  },
};
const UPLOAD_ID = {
  ...{ name: 'upload_id', in: 'path', required: true, schema: text('^[0-9a-f-]{36}_[0-9a-f-]{36}$') },
  description: 'Last part of the `Location` that the creation has answered',
};
const tags = ['uploads'];
const TUS = { description: 'tus 1.0.0', url: 'https://tus.io/protocols/resumable-upload' };

const options = {
  ...{ tags, summary: 'What this service can do of tus', externalDocs: TUS, security: [] },
  responses: {
    204: {
      description: 'In the headers',
      headers: {
        ...ANSWERED_VERSION,
        'Tus-Version': answerHeader('Versions that are spoken', text()),
        'Tus-Extension': answerHeader(
          'creation, creation-with-upload, creation-defer-length, termination, expiration',
          text(),
        ),
        'Tus-Max-Size': answerHeader('Largest photo, bytes', count),
      },
    },
    ...problems(),
  },
};

/** Resumable uploads: handled by the tus server, so that no route's schema describes them. */
const UPLOAD_PATHS = {
  '/api/v1/uploads': {
    post: {
      ...{ tags, summary: 'Begin the resumable upload of a photo into a draft', externalDocs: TUS },
      description: 'With a body, the first bytes (or all of them) come with the creation.',
      parameters: [
        VERSION,
        header('Upload-Length', 'Bytes of the photo', count),
        header('Upload-Defer-Length', '1 when the length is said later', { type: 'string', enum: ['1'] }),
        header('Upload-Metadata', '`job_id` of the draft and `filename`, each with its value in base64', text(), true),
      ],
      requestBody: { required: false, ...BYTES },
      responses: {
        201: {
          description: 'Begun; with all bytes: the photo is in the draft',
          headers: {
            ...{ ...ANSWERED_VERSION, ...OFFSET, ...EXPIRES, ...PHOTO },
            Location: answerHeader('Where the bytes go', text()),
          },
        },
        ...problems(400, 404, 408, 409, 412, 413, 422, 503, 507),
      },
    },
    options,
  },
  '/api/v1/uploads/{upload_id}': {
    parameters: [UPLOAD_ID],
    head: {
      ...{ tags, summary: 'How far an upload is', externalDocs: TUS, parameters: [VERSION] },
      responses: {
        200: {
          description: 'In the headers. An upload that is whole is a photo of the draft',
          headers: {
            ...{ ...ANSWERED_VERSION, ...OFFSET },
            'Upload-Length': answerHeader('Bytes of the photo', count),
            'Upload-Metadata': answerHeader('As it was given', text()),
          },
        },
        ...problems(400, 404, 409, 410, 412, 422, 503, 507),
      },
    },
    patch: {
      ...{ tags, summary: 'Send bytes from where the service is', externalDocs: TUS },
      parameters: [
        VERSION,
        header('Upload-Offset', 'Where these bytes begin: what HEAD answers', count, true),
        header('Upload-Length', 'Bytes of the photo, if they were not said before', count),
      ],
      requestBody: { required: true, ...BYTES },
      responses: {
        204: {
          description: 'Stored; with the last byte: the photo is in the draft',
          headers: { ...ANSWERED_VERSION, ...OFFSET, ...EXPIRES, ...PHOTO },
        },
        ...problems(400, 404, 408, 409, 410, 412, 413, 422, 503, 507),
      },
    },
    delete: {
      ...{ tags, summary: 'Give an upload up', externalDocs: TUS, parameters: [VERSION] },
      responses: {
        204: { description: 'Removed', headers: ANSWERED_VERSION },
        ...problems(400, 404, 412),
      },
    },
    options,
  },
};

/** JSON Schema of what goes over the WebSocket, for those who generate clients. */
const MESSAGES = {
  'x-messages-to-service': {
    oneOf: [
      {
        ...{ type: 'object', additionalProperties: false, required: ['subscribe'] },
        properties: { subscribe: { type: 'string', format: 'uuid' }, last_event_id: count },
      },
      { type: 'object', additionalProperties: false, required: ['unsubscribe'], properties: { unsubscribe: text() } },
      {
        ...{ type: 'object', additionalProperties: false, required: ['subscribe'] },
        properties: { subscribe: { type: 'string', enum: ['queue', 'engines'] } },
      },
    ],
  },
  'x-messages-from-service': {
    ...{ type: 'object', required: ['id', 'job_id', 'event', 'data'] },
    properties: {
      id: { type: ['integer', 'null'], description: 'For `last_event_id`; null where nothing is replayed' },
      job_id: { type: ['string', 'null'], description: 'null for the queue and for downloads' },
      event: { type: 'string', enum: ['status', 'preview', 'queue', 'deleted', 'pull'] },
      data: { type: 'object', description: '`status`: a Job; `queue` of the queue: a Queue; `pull`: an ImagePull' },
    },
  },
};

const WEB_SOCKET_PATHS = {
  '/api/v1/ws': {
    get: {
      ...{ tags: ['events'], summary: 'Follow jobs and the queue (WebSocket)', ...MESSAGES },
      description:
        'The same events as Server-Sent Events give, for several jobs at once. `{"subscribe": job_id, "last_event_id": n}` follows a job from where a client was, `{"subscribe": "queue"}` the queue, `{"subscribe": "engines"}` the downloads of container images, `{"unsubscribe": …}` ends it. Messages of another form end the connection (1008).',
      parameters: [
        header(
          'Sec-WebSocket-Protocol',
          'In a browser, which cannot send Authorization: `atlas.v1` and `bearer.TOKEN`; `atlas.v1` is chosen',
          text(),
        ),
      ],
      responses: {
        101: {
          description: 'The connection is a WebSocket now',
          headers: { Upgrade: answerHeader('The protocol', { type: 'string', const: 'websocket' }) },
        },
        ...problems(400, 426),
      },
    },
  },
};

/** Paths of the OpenAPI document whose requests are not answered by routes with schemas: other protocols over HTTP. */
export const PROTOCOL_PATHS: Readonly<Record<string, object>> = { ...UPLOAD_PATHS, ...WEB_SOCKET_PATHS };
