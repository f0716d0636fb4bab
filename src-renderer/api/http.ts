import { problemOf, UnreachableError } from './problem-error.js';

/** What a connection to the service needs from those who know it. */
export interface HttpSetup {
  /** `http://127.0.0.1:8787`, without a slash at its end. */
  readonly baseUrl: string;
  readonly token: () => string | undefined;
  /** Told after each request whether the service answered at all. */
  readonly onReach: (reached: boolean) => void;
  /** Told when the service refuses the token. */
  readonly onUnauthorized: () => void;
  readonly fetch?: typeof fetch;
}

/** Times that a request is sent again when the service asks to slow down. */
const SLOW_DOWN_RETRIES = 4;

/** Requests with the token; answers that are problems are thrown. */
export class Http {
  readonly #setup: HttpSetup;
  /** While the token is renewed: requests that still had the old one wait for the new one. */
  #renewal: Promise<unknown> = Promise.resolve();

  constructor(setup: HttpSetup) {
    this.#setup = setup;
  }

  url(path: string): string {
    return `${this.#setup.baseUrl}${path}`;
  }

  headers(): Record<string, string> {
    const token = this.#setup.token();
    return token === undefined ? {} : { authorization: `Bearer ${token}` };
  }

  /** @throws ProblemError, UnreachableError, the signal's reason */
  async request(path: string, init: RequestInit = {}): Promise<Response> {
    for (let attempt = 0; ; attempt++) {
      const token = this.#setup.token();
      const response = await this.#send(path, init);
      if (response.ok) return response;
      const error = await problemOf(response);
      if (response.status === 401) {
        await this.#renewal;
        if (this.#setup.token() !== token && attempt < SLOW_DOWN_RETRIES) continue;
        this.#setup.onUnauthorized();
      }
      if (response.status !== 429 || attempt === SLOW_DOWN_RETRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, 1000 * Math.min(30, error.retryAfterSeconds ?? 2 ** attempt)));
    }
  }

  /**
   * Asks for a new token; all other requests that meet the change wait for it, rather than be refused.
   *
   * @param take learns the answer; afterwards the token is known @throws ProblemError, UnreachableError
   */
  async renew(path: string, take: (answer: unknown) => void): Promise<void> {
    const renewal = this.#send(path, { method: 'POST' }).then(async (response) => {
      if (!response.ok) throw await problemOf(response);
      take(await response.json());
    });
    this.#renewal = renewal.catch(() => undefined);
    await renewal;
  }

  /** @param parse reads the answer and throws when it is not what it should be */
  async json<T>(path: string, parse: (value: unknown) => T, init?: RequestInit): Promise<T> {
    const response = await this.request(path, init);
    return parse(await response.json());
  }

  /** Sends JSON with any method. */
  async send<T>(method: string, path: string, body: unknown, parse: (value: unknown) => T): Promise<T> {
    const headers = { 'content-type': 'application/json' };
    return this.json(path, parse, { method, headers, body: JSON.stringify(body) });
  }

  async #send(path: string, init: RequestInit): Promise<Response> {
    const send = this.#setup.fetch ?? fetch;
    try {
      const response = await send(this.url(path), {
        ...init,
        headers: { ...this.headers(), ...(init.headers as Record<string, string> | undefined) },
      });
      this.#setup.onReach(true);
      return response;
    } catch (error) {
      if (init.signal?.aborted) throw error;
      this.#setup.onReach(false);
      throw new UnreachableError('The service does not answer.', { cause: error });
    }
  }
}
