import { existsSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyPluginAsync } from 'fastify';
import { outsideArchive } from '../../kernels/pool/outside-archive.js';

/** The built renderer: `dist/renderer`. */
export const STUDIO_FOLDER = outsideArchive(fileURLToPath(new URL('../../../renderer/', import.meta.url)));

/**
 * What the studio's page may do: run and style itself from its own files, talk to this service, show pictures and textures that
 * it made from answers (blob:). No inline script, no eval, no other origin, no frame around it.
 */
export const STUDIO_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  // The hash is of the style that react-aria adds for presses: `touch-action: pan-x pan-y pinch-zoom`. The end-to-end test
  // fails on any style that the policy blocks, as another version's would be.
  "style-src 'self' 'sha256-38RhXrc7EdReTKsOm23ZPOCUgniTUUcjky8QOOrQx6o='",
  // React and the 3D view place elements by style attributes.
  "style-src-attr 'unsafe-inline'",
  "img-src 'self' blob: data:",
  "font-src 'self'",
  "connect-src 'self' blob:",
  "worker-src 'self' blob:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Names of built files carry their content's hash: a name never changes its meaning. */
const HASHED = 'public, max-age=31536000, immutable';

/** Serves the studio at `/`, where it was built. The files hold nothing secret: the page gets its token elsewhere. */
export const studioRoutes: FastifyPluginAsync = async (app) => {
  if (!existsSync(STUDIO_FOLDER)) return;
  await app.register(fastifyStatic, {
    root: STUDIO_FOLDER,
    wildcard: false,
    cacheControl: false,
    schemaHide: true,
    setHeaders(reply, path) {
      reply.header('content-security-policy', STUDIO_POLICY);
      reply.header('referrer-policy', 'no-referrer');
      reply.header('cache-control', basename(dirname(path)) === 'assets' ? HASHED : 'no-cache');
    },
  });
};
