import { describe, expect, it, vi } from 'vitest';
import { Http } from '../../../src-renderer/api/http.js';
import { ProblemError, UnreachableError } from '../../../src-renderer/api/problem-error.js';

const PROBLEM = {
  ...{ type: 'urn:atlas:error:JOB_NOT_FOUND', title: 'There is no such job.', status: 404, code: 'JOB_NOT_FOUND' },
  ...{ hint: 'List the jobs.', retryable: false },
};

function httpTo(answer: () => Response | Promise<Response>) {
  const onReach = vi.fn();
  const onUnauthorized = vi.fn();
  const send = vi.fn(async (_url: unknown, _init?: RequestInit) => answer());
  const setup = { baseUrl: 'http://127.0.0.1:1', token: () => 'secret', onReach, onUnauthorized };
  return { http: new Http({ ...setup, fetch: send as unknown as typeof fetch }), send, onReach, onUnauthorized };
}

describe('Http', () => {
  it('sends the token in a header, never in the address', async () => {
    const { http, send } = httpTo(() => Response.json({ ok: true }));
    await http.json('/x', (value) => value);
    const [url, init] = send.mock.calls[0] ?? [];
    expect(url).toBe('http://127.0.0.1:1/x');
    expect(init?.headers).toMatchObject({ authorization: 'Bearer secret' });
  });

  it('throws what the service says, with its code and hint', async () => {
    const { http } = httpTo(() => Response.json(PROBLEM, { status: 404 }));
    const error = await http.request('/x').catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ProblemError);
    expect(error).toMatchObject({ code: 'JOB_NOT_FOUND', problem: { hint: 'List the jobs.' } });
  });

  it('makes a problem of an answer that is none', async () => {
    const { http } = httpTo(() => new Response('<html>', { status: 502 }));
    await expect(http.request('/x')).rejects.toMatchObject({ code: 'HTTP_STATUS', problem: { retryable: true } });
  });

  it('tells that the service does not answer', async () => {
    const { http, onReach } = httpTo(() => Promise.reject(new TypeError('failed')));
    await expect(http.request('/x')).rejects.toBeInstanceOf(UnreachableError);
    expect(onReach).toHaveBeenCalledWith(false);
  });

  it('tells that the token is refused', async () => {
    const { http, onUnauthorized } = httpTo(() => Response.json({}, { status: 401 }));
    await expect(http.request('/x')).rejects.toBeInstanceOf(ProblemError);
    expect(onUnauthorized).toHaveBeenCalledOnce();
  });

  it('lets a request that met the old token go on with the new one', async () => {
    let token = 'old';
    let giveNew: (answer: Response) => void = () => {};
    const onUnauthorized = vi.fn();
    const send = async (url: unknown, init?: RequestInit) => {
      if (String(url).endsWith('/renew')) return new Promise<Response>((resolve) => (giveNew = resolve));
      const { authorization } = (init?.headers ?? {}) as Record<string, string>;
      return authorization === 'Bearer new' ? Response.json(7) : Response.json({}, { status: 401 });
    };
    const http = new Http({
      ...{ baseUrl: 'http://127.0.0.1:1', token: () => token, onReach: () => {}, onUnauthorized },
      fetch: send as unknown as typeof fetch,
    });
    const renewing = http.renew('/renew', (answer) => {
      token = String(answer);
    });
    const asked = http.json('/x', (value) => value);
    giveNew(Response.json('new'));
    await renewing;
    await expect(asked).resolves.toBe(7);
    expect(onUnauthorized).not.toHaveBeenCalled();
  });

  it('goes on with the old token when a new one cannot be had', async () => {
    const { http, onUnauthorized } = httpTo(() => Response.json({}, { status: 409 }));
    await expect(http.renew('/renew', () => {})).rejects.toBeInstanceOf(ProblemError);
    expect(onUnauthorized).not.toHaveBeenCalled();
  });

  it('waits and asks again when the service asks to slow down', async () => {
    vi.useFakeTimers();
    const answers = [new Response('{}', { status: 429, headers: { 'retry-after': '2' } }), Response.json(7)];
    const { http, send } = httpTo(() => answers.shift() ?? Response.error());
    const result = http.json('/x', (value) => value);
    await vi.advanceTimersByTimeAsync(1900);
    expect(send).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(200);
    await expect(result).resolves.toBe(7);
    vi.useRealTimers();
  });
});
