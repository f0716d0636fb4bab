import type { FastifyInstance, FastifyRequest } from 'fastify';
import { StudioError } from '../../../src-shared/errors/studio-error.js';
import type { AccessToken } from '../access-token.js';

export interface GuardSetup {
  readonly access: AccessToken;
  /** Host names that requests may name besides the local ones. */
  readonly allowedHosts: readonly string[];
  readonly corsOrigins: readonly string[];
}

const LOCAL_HOSTS: readonly string[] = ['127.0.0.1', 'localhost', '[::1]'];

/** Routes that answer without a token: they tell nothing but that the service lives, how to use it, or are the studio's files. */
const OPEN_ROUTES = /^\/(health|ready|openapi\.json|docs(\/.*)?|index\.html|assets\/[\w.-]+)?$/;

/** A browser cannot set headers of a WebSocket; it offers the protocols `atlas.v1` and this with the token. */
const TOKEN_PROTOCOL = /(?:^|,)\s*bearer\.([^\s,]+)\s*(?:,|$)/;

/**
 * Refuses requests whose Host or Origin is foreign (a web page that was led here by DNS rebinding, or calls from another
 * site), then, after the rate limit has counted them, those without the bearer token.
 */
export function registerGuard(app: FastifyInstance, setup: GuardSetup): void {
  const hosts = new Set([...LOCAL_HOSTS, ...setup.allowedHosts.map((host) => host.toLowerCase())]);
  app.addHook('onRequest', async ({ headers }) => {
    const host = hostName(headers.host);
    if (host === undefined || !hosts.has(host)) throw new StudioError('API_HOST_REFUSED');
    const { origin } = headers;
    if (origin !== undefined && !isAllowedOrigin(origin, hosts, setup.corsOrigins))
      throw new StudioError('API_HOST_REFUSED');
  });
  app.addHook('preParsing', async (request) => {
    const path = request.url.split('?', 1)[0] ?? '';
    if (OPEN_ROUTES.test(path) || request.method === 'OPTIONS') return;
    const token = givenToken(request);
    if (token === undefined || !setup.access.matches(token)) throw new StudioError('API_UNAUTHORIZED');
  });
}

function givenToken({ headers, ws }: FastifyRequest): string | undefined {
  const bearer = /^Bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1];
  if (bearer !== undefined || !ws) return bearer;
  return TOKEN_PROTOCOL.exec(headers['sec-websocket-protocol'] ?? '')?.[1];
}

/** Lower-case name of a Host header without its port; undefined when it is not one. */
function hostName(header: string | undefined): string | undefined {
  return /^([a-z0-9.-]+|\[[0-9a-f:.]+\])(:\d{1,5})?$/.exec((header ?? '').toLowerCase())?.[1];
}

function isAllowedOrigin(origin: string, hosts: ReadonlySet<string>, corsOrigins: readonly string[]): boolean {
  if (corsOrigins.includes(origin)) return true;
  return URL.canParse(origin) && hosts.has(new URL(origin).hostname.toLowerCase());
}
