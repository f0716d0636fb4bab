import type { WebSocket } from '@fastify/websocket';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { ImagePull } from '../../../src-shared/api/pull-schemas.js';
import type { QueueResource } from '../../../src-shared/api/queue-schemas.js';
import { StudioError } from '../../../src-shared/errors/studio-error.js';
import type { JobEvent } from '../../jobs/job-events.js';
import type { ServiceParts } from '../service.js';

const QUEUE = 'queue';
const ENGINES = 'engines';

/** What a client sends: which jobs it follows, or that it follows the queue or the downloads of engines. */
const MessageSchema = z.union([
  z.strictObject({ subscribe: z.enum([QUEUE, ENGINES]) }),
  z.strictObject({ unsubscribe: z.enum([QUEUE, ENGINES]) }),
  z.strictObject({ subscribe: z.uuid(), last_event_id: z.number().int().min(0).optional() }),
  z.strictObject({ unsubscribe: z.uuid() }),
]);

const MAX_SUBSCRIPTIONS = 200;
const MAX_BUFFERED_BYTES = 4 * 1024 ** 2;
/** A connection that does not answer a ping until the next one is dead. */
const PING_EVERY_MS = 30_000;
const WS_POLICY_VIOLATION = 1008;
const WS_TRY_AGAIN_LATER = 1013;

/**
 * The events of {@link eventRoutes} over a WebSocket, for several jobs at once: `{"subscribe": id, "last_event_id": n}` is
 * answered with `{"id", "job_id", "event", "data"}` messages; `{"subscribe": "queue"}` follows the queue,
 * `{"subscribe": "engines"}` the downloads of container images (`pull`), both without a `job_id`.
 */
export const webSocketRoutes =
  ({ store, events, queueControl, pulls, access }: ServiceParts): FastifyPluginAsyncZod =>
  async (app) => {
    access.onRenewed(() => {
      for (const socket of app.websocketServer.clients) socket.close(WS_POLICY_VIOLATION, 'the token was renewed');
    });
    const wsHandler = (socket: WebSocket): void => {
      const subscriptions = new Map<string, () => void>();
      const sendText = (text: string): void => {
        if (socket.readyState !== socket.OPEN) return;
        socket.send(text);
        if (socket.bufferedAmount > MAX_BUFFERED_BYTES) socket.close(WS_TRY_AGAIN_LATER, 'too slow');
      };
      const send = ({ eventId, jobId, type, data }: JobEvent): void =>
        sendText(`{"id":${eventId ?? null},"job_id":"${jobId}","event":"${type}","data":${data}}`);
      const sendQueue = (queue: QueueResource): void =>
        sendText(`{"id":null,"job_id":null,"event":"queue","data":${JSON.stringify(queue)}}`);
      const sendPull = (pull: ImagePull): void =>
        sendText(`{"id":null,"job_id":null,"event":"pull","data":${JSON.stringify(pull)}}`);
      const unsubscribe = (jobId: string): void => {
        subscriptions.get(jobId)?.();
        subscriptions.delete(jobId);
      };
      const subscribe = (jobId: string, lastEventId: number): void => {
        if (subscriptions.has(jobId)) return;
        if (subscriptions.size >= MAX_SUBSCRIPTIONS) {
          socket.close(WS_POLICY_VIOLATION, 'too many jobs');
        } else if (jobId === QUEUE) {
          subscriptions.set(QUEUE, queueControl.subscribe(sendQueue));
          sendQueue(queueControl.read());
        } else if (jobId === ENGINES) {
          subscriptions.set(ENGINES, pulls.subscribe(sendPull));
          for (const pull of pulls.readAll()) sendPull(pull);
        } else if (!store.find(jobId)) {
          send({ jobId, type: 'deleted', data: JSON.stringify({ job_id: jobId }) });
        } else {
          subscriptions.set(jobId, events.subscribe(jobId, send));
          for (const event of events.replay(jobId, lastEventId)) send(event);
        }
      };

      socket.on('message', (raw: Buffer) => {
        const message = MessageSchema.safeParse(parseJson(String(raw))).data;
        if (!message) socket.close(WS_POLICY_VIOLATION, 'not a known message');
        else if ('unsubscribe' in message) unsubscribe(message.unsubscribe);
        else subscribe(message.subscribe, 'last_event_id' in message ? (message.last_event_id ?? 0) : 0);
      });
      let isAlive = true;
      socket.on('pong', () => {
        isAlive = true;
      });
      const ping = setInterval(() => {
        if (!isAlive) return socket.terminate();
        isAlive = false;
        socket.ping();
      }, PING_EVERY_MS);
      // A broken connection closes right after its error.
      socket.on('error', () => {});
      socket.once('close', () => {
        clearInterval(ping);
        for (const jobId of [...subscriptions.keys()]) unsubscribe(jobId);
      });
    };
    // Described in `protocol-paths.ts`.
    app.route({
      ...{ method: 'GET', url: '/ws', exposeHeadRoute: false, schema: { hide: true }, wsHandler },
      handler: async (_request, reply) => {
        reply.header('upgrade', 'websocket');
        throw new StudioError('API_UPGRADE_REQUIRED');
      },
    });
  };

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
