import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { JobEvent } from '../../jobs/job-events.js';
import type { ServiceParts } from '../service.js';

/** What a client sends: which jobs it follows. */
const MessageSchema = z.union([
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
 * answered with `{"id", "job_id", "event", "data"}` messages.
 */
export const webSocketRoutes =
  ({ store, events }: ServiceParts): FastifyPluginAsyncZod =>
  async (app) => {
    app.get('/ws', { websocket: true, exposeHeadRoute: false, schema: { hide: true } }, (socket) => {
      const subscriptions = new Map<string, () => void>();
      const send = ({ eventId, jobId, type, data }: JobEvent): void => {
        if (socket.readyState !== socket.OPEN) return;
        socket.send(`{"id":${eventId ?? null},"job_id":"${jobId}","event":"${type}","data":${data}}`);
        if (socket.bufferedAmount > MAX_BUFFERED_BYTES) socket.close(WS_TRY_AGAIN_LATER, 'too slow');
      };
      const unsubscribe = (jobId: string): void => {
        subscriptions.get(jobId)?.();
        subscriptions.delete(jobId);
      };
      const subscribe = (jobId: string, lastEventId: number): void => {
        if (subscriptions.has(jobId)) return;
        if (subscriptions.size >= MAX_SUBSCRIPTIONS) {
          socket.close(WS_POLICY_VIOLATION, 'too many jobs');
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
        else subscribe(message.subscribe, message.last_event_id ?? 0);
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
    });
  };

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
