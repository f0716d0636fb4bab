import { randomUUID } from 'node:crypto';
import { request as httpRequest, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { Webhook } from 'standardwebhooks';
import type { JobRecord } from '../../../src-shared/job/job-record.js';
import type { Log } from '../../logging/log.js';
import type { JobDatabase } from '../store/open-database.js';
import { checkWebhookUrl, type WebhookUrlOptions } from './check-webhook-url.js';

/** Waits between the attempts, as Standard Webhooks recommend: about a day in all. */
const BACK_OFF_SECONDS: readonly number[] = [5, 300, 1800, 7200, 18_000, 36_000, 36_000];
const TIMEOUT_MS = 15_000;
const POLL_MS = 1000;
const SENT_AT_ONCE = 20;
/** By Standard Webhooks: the receiver is not there any more. */
const GONE = 410;

export interface WebhookOptions extends WebhookUrlOptions {
  readonly log: Log;
  /** Waits between the attempts. */
  readonly backOffSeconds?: readonly number[];
}

interface Delivery {
  readonly delivery_id: string;
  readonly url: string;
  readonly secret: string;
  readonly body: string;
  readonly attempt: number;
}

/**
 * Tells a job's webhook how it ended: signed as Standard Webhooks say (HMAC-SHA256 over `id.timestamp.body`), retried with
 * back-off, kept in the database so that a restart loses none.
 */
export class WebhookSender {
  readonly #database: JobDatabase;
  readonly #options: WebhookOptions;
  #timer: NodeJS.Timeout | undefined;
  #sending: Promise<void> | undefined;
  readonly #stopping = new AbortController();

  constructor(database: JobDatabase, options: WebhookOptions) {
    this.#database = database;
    this.#options = options;
  }

  start(): void {
    const look = () => {
      this.#sending ??= this.#sendDue()
        .catch((error: unknown) => this.#options.log.warn('webhooks-not-sent', { error: String(error) }))
        .finally(() => {
          this.#sending = undefined;
        });
    };
    this.#timer = setInterval(look, POLL_MS);
  }

  /** Breaks off what is being sent: it is sent again after the next start. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#stopping.abort();
    await this.#sending;
  }

  /** Queues a delivery for a job that has ended; nothing when it has no webhook. */
  jobEnded(job: JobRecord): void {
    if (!job.webhook) return;
    const body = JSON.stringify({
      type: `job.${job.status}`,
      timestamp: new Date().toISOString(),
      data: { job_id: job.job_id, name: job.name, status: job.status, error: job.error },
    });
    this.#database
      .prepare(
        'INSERT INTO webhook_deliveries (delivery_id, job_id, url, secret, body, due_at) VALUES (?, ?, ?, ?, ?, ?)',
      )
      .run(`msg_${randomUUID()}`, job.job_id, job.webhook.url, job.webhook.secret, body, Date.now());
  }

  async #sendDue(): Promise<void> {
    const due = this.#database
      .prepare(
        `SELECT delivery_id, url, secret, body, attempt FROM webhook_deliveries WHERE due_at <= ? ORDER BY due_at LIMIT ?`,
      )
      .all(Date.now(), SENT_AT_ONCE) as readonly Delivery[];
    await Promise.all(due.map((delivery) => this.#send(delivery)));
  }

  async #send(delivery: Delivery): Promise<void> {
    const { log, backOffSeconds = BACK_OFF_SECONDS } = this.#options;
    const outcome = await this.#post(delivery).catch((error: unknown) => String(error));
    const status = typeof outcome === 'number' ? outcome : undefined;
    const isTaken = status !== undefined && status >= 200 && status < 300;
    const problem = isTaken ? undefined : status === undefined ? outcome : `status ${status}`;
    if (this.#stopping.signal.aborted) return;
    const wait = status === GONE ? undefined : backOffSeconds[delivery.attempt];
    if (problem === undefined || wait === undefined) {
      this.#database.prepare('DELETE FROM webhook_deliveries WHERE delivery_id = ?').run(delivery.delivery_id);
      if (problem !== undefined) log.warn('webhook-given-up', { deliveryId: delivery.delivery_id, problem });
      return;
    }
    log.info('webhook-retried', { deliveryId: delivery.delivery_id, problem, waitSeconds: wait });
    this.#database
      .prepare('UPDATE webhook_deliveries SET attempt = attempt + 1, due_at = ? WHERE delivery_id = ?')
      .run(Date.now() + wait * 1000, delivery.delivery_id);
  }

  /** Posts to the address that was checked, whatever the name resolves to by now; redirects are not followed. */
  async #post({ delivery_id, url, secret, body }: Delivery): Promise<number> {
    const target = await checkWebhookUrl(url, this.#options);
    const now = new Date();
    const options: RequestOptions = {
      method: 'POST',
      timeout: TIMEOUT_MS,
      signal: AbortSignal.any([this.#stopping.signal, AbortSignal.timeout(TIMEOUT_MS)]),
      lookup: (_host, { all }, done) =>
        all
          ? done(null, [{ address: target.address, family: target.family }])
          : done(null, target.address, target.family),
      headers: {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        'webhook-id': delivery_id,
        'webhook-timestamp': Math.floor(now.getTime() / 1000),
        'webhook-signature': new Webhook(secret).sign(delivery_id, now, body),
      },
    };
    const request = target.url.protocol === 'https:' ? httpsRequest : httpRequest;
    return new Promise((resolve, reject) => {
      const call = request(target.url, options, (response) => {
        // What it says beside the status is nobody's business, and may never end: the timeout cuts it off.
        response.on('error', () => {});
        response.resume();
        resolve(response.statusCode ?? 0);
      });
      call.once('error', reject);
      call.end(body);
    });
  }
}
