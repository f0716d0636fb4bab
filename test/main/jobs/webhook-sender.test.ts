import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDatabase } from '#main/jobs/store/open-database.js';
import { checkWebhookUrl, isPublicAddress } from '#main/jobs/webhooks/check-webhook-url.js';
import { WebhookSender } from '#main/jobs/webhooks/webhook-sender.js';
import { SILENT_LOG } from '#main/logging/log.js';
import { multipart, noisePhotos, openTestService, until } from '../server/open-test-service.js';

const SECRET = `whsec_${Buffer.from('a secret of thirty-two characters').toString('base64')}`;

interface Received {
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  readonly atMs: number;
}

let receiver: Server;
let received: Received[];
/** Statuses of the next answers; then 204. */
let answers: number[];
let address: string;
beforeEach(async () => {
  received = [];
  answers = [];
  receiver = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    received.push({ headers: request.headers, body, atMs: performance.now() });
    response.writeHead(answers.shift() ?? 204, { location: address }).end();
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
});
afterEach(() => receiver.close());

/** Posts a job with a webhook that ends at once. */
async function endJob(settings: Record<string, unknown>) {
  const service = await openTestService({ minPhotos: 3, ...settings }, async () => {});
  const body = await multipart(await noisePhotos(3), { webhook: JSON.stringify({ url: address, secret: SECRET }) });
  const answer = await fetch(`${service.url}/api/v1/jobs`, {
    method: 'POST',
    headers: { ...body.headers, ...service.authorization },
    body: new Uint8Array(body.payload),
  });
  return { service, answer };
}

describe('a webhook', () => {
  it('tells the end of a job, signed as Standard Webhooks say, and its secret to nobody', async () => {
    const { service, answer } = await endJob({ webhookAllowPrivate: true });
    const { job_id } = (await answer.json()) as { job_id: string };
    await until(() => received.length === 1);
    const [{ headers, body }] = received as [Received];
    const verified = new Webhook(SECRET).verify(body, headers as Record<string, string>);
    expect(verified).toMatchObject({ type: 'job.completed', data: { job_id, status: 'completed' } });
    expect(() => new Webhook(SECRET).verify(body.replace('completed', 'failed'), headers as never)).toThrow();
    const shown = await (
      await fetch(`${service.url}/api/v1/jobs/${job_id}`, { headers: service.authorization })
    ).text();
    expect(shown).not.toContain(SECRET);
    expect(shown).not.toContain(address);
    await service.close();
  });

  it('to this machine is refused unless private addresses are allowed', async () => {
    const { service, answer } = await endJob({});
    expect(answer.status).toBe(422);
    expect(await answer.json()).toMatchObject({ code: 'WEBHOOK_URL_REFUSED' });
    expect(received).toEqual([]);
    await service.close();
  });

  it('that is not taken is sent again after growing waits, with the same id, then given up; redirects are not followed', async () => {
    const database = openDatabase(':memory:');
    database
      .prepare(`INSERT INTO jobs (job_id, state, client, record, updated_at) VALUES ('j', 'failed', 'c', '{}', 0)`)
      .run();
    database
      .prepare(
        'INSERT INTO webhook_deliveries (delivery_id, job_id, url, secret, body, due_at) VALUES (?, ?, ?, ?, ?, 0)',
      )
      .run(`msg_${randomUUID()}`, 'j', address, SECRET, '{}');
    answers = [500, 302, 503, 500];
    const sender = new WebhookSender(database, {
      allowPrivate: true,
      log: SILENT_LOG,
      backOffSeconds: [0.1, 0.2, 0.3],
    });
    sender.start();
    const left = () => database.prepare('SELECT count(*) AS count FROM webhook_deliveries').get() as { count: number };
    await until(() => left().count === 0);
    await sender.stop();
    expect(received.length).toBe(4);
    expect(new Set(received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    for (let i = 1; i < received.length; i++) {
      expect(received[i]!.atMs - received[i - 1]!.atMs).toBeGreaterThan(i * 100 - 20);
    }
  });
});

describe('a webhook by name', () => {
  /** A delivery that is due, and a sender of it. */
  function sender(url: string, options: Partial<ConstructorParameters<typeof WebhookSender>[1]>) {
    const database = openDatabase(':memory:');
    database
      .prepare(`INSERT INTO jobs (job_id, state, client, record, updated_at) VALUES ('j', 'failed', 'c', '{}', 0)`)
      .run();
    database
      .prepare(
        `INSERT INTO webhook_deliveries (delivery_id, job_id, url, secret, body, due_at) VALUES ('m', 'j', ?, ?, '{}', 0)`,
      )
      .run(url, SECRET);
    const left = () =>
      (database.prepare('SELECT count(*) AS count FROM webhook_deliveries').get() as { count: number }).count;
    const made = new WebhookSender(database, { allowPrivate: false, log: SILENT_LOG, backOffSeconds: [], ...options });
    return { sender: made, left };
  }
  const named = () => address.replace('127.0.0.1', 'hooks.example');
  const local = { address: '127.0.0.1', family: 4 };

  it('goes to the address that was checked, without asking for it again', async () => {
    let asked = 0;
    const resolve = async () => {
      asked++;
      return [local];
    };
    const { sender: sends, left } = sender(named(), { allowPrivate: true, resolve });
    sends.start();
    await until(() => left() === 0);
    await sends.stop();
    expect(asked).toBe(1);
    expect(received[0]?.headers.host).toMatch(/^hooks\.example:/);
  });

  it('that has come to lead to a private address since is not called (DNS rebinding)', async () => {
    const resolve = async () => [local];
    await expect(checkWebhookUrl(named(), { allowPrivate: false, resolve })).rejects.toMatchObject({
      code: 'WEBHOOK_URL_REFUSED',
    });
    const { sender: sends, left } = sender(named(), { resolve });
    sends.start();
    await until(() => left() === 0);
    await sends.stop();
    expect(received).toEqual([]);
  });

  it('with public and private addresses: only a public one is used', async () => {
    const resolve = async () => [local, { address: '203.0.114.7', family: 4 }];
    expect(await checkWebhookUrl(named(), { allowPrivate: false, resolve })).toMatchObject({ address: '203.0.114.7' });
  });

  it('whose receiver is gone for good (410) is given up', async () => {
    answers = [410];
    const { sender: sends, left } = sender(address, { allowPrivate: true, backOffSeconds: [60, 60] });
    sends.start();
    await until(() => left() === 0);
    await sends.stop();
    expect(received.length).toBe(1);
  });
});

describe('addresses', () => {
  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '172.16.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '224.0.0.1',
    '255.255.255.255',
    '::1',
    '::',
    'fe80::1',
    'fc00::1',
    '::ffff:127.0.0.1',
    '::ffff:10.0.0.1',
    '64:ff9b::7f00:1',
    'ff02::1',
  ])('%s is not of the public internet', (text) => {
    expect(isPublicAddress(text)).toBe(false);
  });

  it.each(['8.8.8.8', '2606:4700:4700::1111'])('%s is', (text) => {
    expect(isPublicAddress(text)).toBe(true);
  });

  it.each([
    'ftp://example.com',
    'http://user:word@example.com',
    'http://2130706433/',
    'http://0x7f000001/',
    'nonsense',
  ])('%s is refused', async (url) => {
    await expect(checkWebhookUrl(url, { allowPrivate: false })).rejects.toMatchObject({ code: 'WEBHOOK_URL_REFUSED' });
  });
});
