import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { createSecureContext } from 'node:tls';
import type { FastifyInstance } from 'fastify';
import { StudioError } from '../../src-shared/errors/studio-error.js';
import type { Log } from '../logging/log.js';
import type { AccessToken } from './access-token.js';
import { buildServer } from './build-server.js';
import type { ServiceConfig } from './config.js';
import { openService } from './open-service.js';

/** How long answers under way may take when the service ends. */
const CLOSE_WITHIN_MS = 5000;

/** A service with an open port. */
export interface RunningService {
  /** `http://127.0.0.1:8787` */
  readonly url: string;
  readonly access: AccessToken;
  /** As it is now. */
  readonly token: string;
  readonly app: FastifyInstance;
  /** Finishes the answers under way, ends the jobs (they stay resumable) and closes the port. */
  close(): Promise<void>;
}

/**
 * Opens the service and its port.
 *
 * @throws CONFIG_INVALID when the port is taken or the certificate cannot be read; what {@link openService} throws
 */
export async function listen(config: ServiceConfig, log: Log): Promise<RunningService> {
  const tls = config.tls && readTls(config.tls);
  const service = await openService(config, log);
  try {
    const app = await buildServer(service.parts, tls);
    const url = await app.listen({ host: config.host, port: config.port }).catch((cause: unknown) => {
      throw new StudioError('CONFIG_INVALID', {
        message: `The address ${config.host}:${config.port} cannot be listened on.`,
        hint: 'Another program may be using the port: choose another with --port.',
        cause,
      });
    });
    const connections = new Set<Socket>();
    app.server.on('connection', (socket: Socket) => {
      connections.add(socket);
      socket.once('close', () => connections.delete(socket));
    });
    log.info('listening', { url });
    return {
      ...{ url, app, access: service.parts.access },
      get token() {
        return service.parts.access.value;
      },
      async close() {
        // Long downloads are cut off after a while; they continue by a range.
        const cut = setTimeout(() => {
          for (const socket of connections) socket.destroy();
        }, CLOSE_WITHIN_MS);
        await app.close();
        clearTimeout(cut);
        await service.close();
      },
    };
  } catch (error) {
    await service.close();
    throw error;
  }
}

function readTls({ certificate, key }: NonNullable<ServiceConfig['tls']>): { cert: string; key: string } {
  try {
    const pair = { cert: readFileSync(certificate, 'utf8'), key: readFileSync(key, 'utf8') };
    createSecureContext(pair);
    return pair;
  } catch (cause) {
    throw new StudioError('CONFIG_INVALID', {
      message: 'The certificate and its key cannot be used.',
      hint: 'Give two PEM files that belong together.',
      cause,
    });
  }
}
