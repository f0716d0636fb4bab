import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import {
  AccessTokenSchema,
  ChangeSettingsSchema,
  SettingsResourceSchema,
} from '../../../src-shared/api/settings-schemas.js';
import { problemResponses } from '../problem-responses.js';
import type { ServiceParts } from '../service.js';

const tags = ['operation'];

const CHANGE = `What was set by the operator (configuration file, environment, flags) cannot be changed here. All take effect at once,
\`threads\` and \`jobMemoryBytes\` with the next job that starts. Everything else needs the configuration and a restart.`;

/** What can be changed while the service runs: some settings, and the access token. */
export const settingsRoutes =
  ({ settings, access }: ServiceParts): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      '/settings',
      {
        schema: {
          ...{ tags, summary: 'Read the settings that can be changed while the service runs' },
          response: { 200: SettingsResourceSchema, ...problemResponses() },
        },
      },
      async () => settings.read(),
    );

    app.patch(
      '/settings',
      {
        schema: {
          ...{ tags, summary: 'Change settings; null goes back to the default', description: CHANGE },
          body: ChangeSettingsSchema,
          response: { 200: SettingsResourceSchema, ...problemResponses(400, 409, 413, 415, 507) },
        },
      },
      async (request) => settings.change(request.body),
    );

    app.post(
      '/access-token',
      {
        schema: {
          tags,
          summary: 'Renew the access token',
          description:
            'The old token works no more, and streams that it has opened end. Refused where the operator has set the token (`ATLAS_API_KEY`).',
          response: { 200: AccessTokenSchema, ...problemResponses(409) },
        },
      },
      async (_request, reply) => reply.header('cache-control', 'no-store').send({ token: access.renew() }),
    );
  };
