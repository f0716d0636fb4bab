import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import multipart from '@fastify/multipart';
import rateLimit from '@fastify/rate-limit';
import websocket from '@fastify/websocket';
import Fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { StudioError } from '../../src-shared/errors/studio-error.js';
import type { ServiceConfig } from './config.js';
import { registerDocs } from './docs.js';
import { registerGuard } from './plugins/guard.js';
import { answerClientError, registerProblems, sendProblem, toProblem } from './plugins/problems.js';
import { registerSlowBodies } from './plugins/slow-bodies.js';
import { artifactRoutes } from './routes/artifacts.js';
import { doctorRoutes } from './routes/doctor.js';
import { engineRoutes } from './routes/engines.js';
import { estimateRoutes } from './routes/estimate.js';
import { eventRoutes } from './routes/events.js';
import { exportRoutes } from './routes/exports.js';
import { jobRoutes } from './routes/jobs.js';
import { logRoutes } from './routes/logs.js';
import { operationRoutes } from './routes/operation.js';
import { photoRoutes } from './routes/photos.js';
import { pictureRoutes } from './routes/pictures.js';
import { queueRoutes } from './routes/queue.js';
import { settingsRoutes } from './routes/settings.js';
import { studioRoutes } from './routes/studio.js';
import { uploadRoutes } from './routes/uploads.js';
import { webSocketRoutes } from './routes/web-socket.js';
import type { ServiceParts } from './service.js';

const API = '/api/v1';

/** JSON bodies are small: options and lists. */
const JSON_BODY_BYTES = 1024 ** 2;
/** A photo on a slow line may take long, but its bytes must keep coming. */
const IDLE_TIMEOUT_MS = 60_000;
/** Longer than clients and proxies keep a connection that they do not use: closed by us it may cross their next request. */
const KEEP_ALIVE_MS = 72_000;
/** Each costs a file handle: the database and the jobs need some too. */
const MAX_CONNECTIONS = 1000;
const MAX_FIELD_BYTES = 64 * 1024;

/** Makes the server with all its routes; {@link listen} opens the port. */
export async function buildServer(
  parts: ServiceParts,
  tls?: { readonly cert: string; readonly key: string },
): Promise<FastifyInstance> {
  const { config, log } = parts;
  const headersTimeout = config.headersTimeoutSeconds * 1000;
  const http = { headersTimeout, requestTimeout: 0, connectionsCheckingInterval: Math.min(5000, headersTimeout / 2) };
  const app: FastifyInstance = Fastify({
    ...{ connectionTimeout: IDLE_TIMEOUT_MS, keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: 0 },
    ...{ bodyLimit: JSON_BODY_BYTES, trustProxy: trustedProxies(config), return503OnClosing: false },
    ...{ forceCloseConnections: 'idle', routerOptions: { maxParamLength: 200 } },
    ...(tls ? { https: { ...http, ...tls } } : { http }),
    clientErrorHandler: answerClientError,
    frameworkErrors: (error: Error, _request: unknown, reply: FastifyReply) => sendProblem(reply, toProblem(error)),
  } as object);
  app.server.maxConnections = MAX_CONNECTIONS;
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  registerProblems(app, log);

  await app.register(helmet, {
    contentSecurityPolicy: { directives: { ...DOCS_POLICY, upgradeInsecureRequests: tls ? [] : null } },
    // A browser that was told so once would refuse whatever else is served from this host without TLS.
    strictTransportSecurity: tls ? { includeSubDomains: false } : false,
  });
  registerSlowBodies(app, config.slowBodySeconds * 1000);
  registerGuard(app, { access: parts.access, allowedHosts: config.allowedHosts, corsOrigins: config.corsOrigins });
  if (config.corsOrigins.length > 0)
    await app.register(cors, { origin: config.corsOrigins, methods: METHODS, exposedHeaders: EXPOSED_HEADERS });
  await app.register(rateLimit, {
    ...{ max: config.requestsPerMinute, timeWindow: '1 minute' },
    errorResponseBuilder: () => new StudioError('API_RATE_LIMITED'),
  });
  await app.register(multipart, {
    throwFileSizeLimit: false,
    limits: { fields: 20, fieldSize: MAX_FIELD_BYTES, fieldNameSize: 100, headerPairs: 50 },
  });
  await app.register(websocket, { options: { maxPayload: 16 * 1024 } });
  await registerDocs(app, parts.version);

  parts.metrics.observe(app, log);
  await app.register(operationRoutes(parts));
  for (const routes of [
    jobRoutes,
    queueRoutes,
    doctorRoutes,
    engineRoutes,
    settingsRoutes,
    photoRoutes,
    estimateRoutes,
    pictureRoutes,
    artifactRoutes,
    exportRoutes,
    eventRoutes,
    webSocketRoutes,
    logRoutes,
    uploadRoutes,
  ]) {
    await app.register(routes(parts), { prefix: API });
  }
  await app.register(studioRoutes);
  await app.ready();
  return app;
}

/**
 * Whose word is believed about the client's address. The one proxy in front adds the address that it was called from: that
 * last one is true, those before it are the caller's words.
 */
function trustedProxies({ trustProxy }: ServiceConfig): false | string[] | ((address: string, hop: number) => boolean) {
  if (Array.isArray(trustProxy)) return trustProxy;
  return trustProxy && ((_address, hop) => hop === 0);
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];

const EXPOSED_HEADERS = [
  'location',
  'etag',
  'content-range',
  'content-disposition',
  'repr-digest',
  'retry-after',
  'upload-offset',
  'upload-length',
  'tus-resumable',
  'tus-version',
  'tus-extension',
  'tus-max-size',
  'atlas-photo-id',
  'atlas-duplicate',
];

/** The documentation page brings its own styles; nothing else is allowed. */
const DOCS_POLICY = { defaultSrc: ["'self'"], styleSrc: ["'self'", "'unsafe-inline'"], imgSrc: ["'self'", 'data:'] };
