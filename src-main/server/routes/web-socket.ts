import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { JobEvent } from '../../jobs/job-events.js';
import type { ServiceParts } from '../service.js';
import { visibleEventData } from './visible-event.js';

/** What a client sends: which jobs it follows. */
const MessageSchema = z.union([
  z.strictObject({ subscribe: z.uuid(), last_event_id: z.number().int().min(0).optional() }),
  z.strictObject({ unsubscribe: z.uuid() }),
]);

const MAX_SUBSCRIPTIONS = 200;
const MAX_BUFFERED_BYTES = 4 * 1024 ** 2;
const WS_POLICY_VIOLATION = 1008;
const WS_TRY_AGAIN_LATER = 1013;

/** The events of {@link eventRoutes} over a WebSocket, for several jobs at once. */
export const webSocketRoutes =
  ({ store, events }: ServiceParts): FastifyPluginAsyncZod =>
  async (app) => {
    app.get('/ws', { websocket: true, schema: { hide: true } }, (socket) => {
      const subscriptions = new Map<string, () => void>();
      const send = (event: JobEvent): void => {
        const id = event.type === 'deleted' ? 'null' : event.eventId;
        socket.send(`{"id":${id},"job_id":"${event.jobId}","event":"${event.type}","data":${visibleEventData(event)}}`);
        if (socket.bufferedAmount > MAX_BUFFERED_BYTES) socket.close(WS_TRY_AGAIN_LATER, 'too slow');
      };
      socket.on('message', (raw: Buffer) => {
        const parsed = MessageSchema.safeParse(parseJson(String(raw)));
        if (!parsed.success) return socket.close(WS_POLICY_VIOLATION, 'not a known message');
        const message = parsed.data;
        if ('unsubscribe' in message) {
          subscriptions.get(message.unsubscribe)?.();
          subscriptions.delete(message.unsubscribe);
          return;
        }
        const jobId = message.subscribe;
        if (subscriptions.has(jobId) || subscriptions.size >= MAX_SUBSCRIPTIONS) return;
        if (!store.find(jobId))
          return socket.send(JSON.stringify({ id: null, job_id: jobId, event: 'deleted', data: {} }));
        subscriptions.set(jobId, events.subscribe(jobId, send));
        for (const event of events.replay(jobId, message.last_event_id ?? 0)) send(event);
      });
      socket.once('close', () => {
        for (const unsubscribe of subscriptions.values()) unsubscribe();
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
