import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { tidyDocument } from './openapi-document.js';
import { PROTOCOL_PATHS } from './protocol-paths.js';

const DESCRIPTION = `Photos in, a textured 3D model out. Errors are \`application/problem+json\` with a stable \`code\` and a \`hint\`.

**Large sets**: make a draft (\`POST /api/v1/jobs/drafts\`), add its photos, then commit it. Photos go in by
\`POST /api/v1/jobs/{job_id}/images\`, or, so that a broken connection continues, by [tus 1.0.0](https://tus.io) at
\`/api/v1/uploads\` with the \`Upload-Metadata\` \`job_id\` and \`filename\`.

**Live**: the events of a job, of the queue and of downloads of engines come as Server-Sent Events, or for several jobs over one WebSocket at
\`/api/v1/ws\`.`;

/** Request bodies that are streamed, so that no schema validates them. */
const STREAMED_BODIES: Readonly<Record<string, object>> = {
  'POST /api/v1/jobs': multipart({
    images: { type: 'array', items: { type: 'string', contentMediaType: 'image/*' } },
    options: { $ref: '#/components/schemas/ReconstructOptionsInput', description: 'JSON' },
    name: { type: 'string', maxLength: 200 },
    priority: { type: 'integer', minimum: -10, maximum: 10 },
    webhook: { type: 'object', description: 'JSON: url and secret, see NewJob' },
  }),
  'POST /api/v1/jobs/:job_id/images': multipart({
    images: { type: 'array', items: { type: 'string', contentMediaType: 'image/*' } },
  }),
  'PUT /api/v1/jobs/:job_id/masks/:image': {
    content: { 'image/png': { schema: { type: 'string', contentMediaType: 'image/png' } } },
  },
};

function multipart(properties: object): object {
  return { required: true, content: { 'multipart/form-data': { schema: { type: 'object', properties } } } };
}

/** The OpenAPI document at `/openapi.json` and pages to read it at `/docs`. Register before the routes. */
export async function registerDocs(app: FastifyInstance, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        ...{ title: 'Atlas', version, description: DESCRIPTION },
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
      security: [{ bearer: [] }],
    },
    transform: jsonSchemaTransform,
    transformObject: (input) => {
      const document = jsonSchemaTransformObject(input) as unknown as {
        paths: Record<string, Record<string, { requestBody?: object }>>;
      };
      Object.assign(document.paths, PROTOCOL_PATHS);
      for (const [route, body] of Object.entries(STREAMED_BODIES)) {
        const [method = '', url = ''] = route.split(' ');
        const operation = document.paths[url.replace(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()];
        if (operation) operation.requestBody = body;
      }
      return tidyDocument(document as never) as never;
    },
  });
  await app.register(swaggerUi, { routePrefix: '/docs', staticCSP: true });
  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger());
}
