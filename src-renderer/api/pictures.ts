import type { AtlasApi } from './atlas-api.js';

/** Pictures kept for a grid of a thousand photos that is scrolled up and down; the least lately used go first. */
const KEPT = 400;
const PARALLEL = 6;

/** Fetches pictures with the token and hands them out as `blob:` addresses. */
export class Pictures {
  readonly #api: AtlasApi;
  readonly #urls = new Map<string, Promise<string>>();
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(api: AtlasApi) {
    this.#api = api;
  }

  /** @param path of the API @throws ProblemError, UnreachableError */
  url(path: string): Promise<string> {
    const known = this.#urls.get(path);
    const url = known ?? this.#fetch(path);
    this.#urls.delete(path);
    this.#urls.set(path, url);
    if (!known) {
      url.catch(() => this.#urls.delete(path));
      this.#trim();
    }
    return url;
  }

  async #fetch(path: string): Promise<string> {
    if (this.#running >= PARALLEL) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#running++;
    try {
      return URL.createObjectURL(await this.#api.blob(path));
    } finally {
      this.#running--;
      // The newest wish first: it is what is on the screen.
      this.#waiting.pop()?.();
    }
  }

  #trim(): void {
    for (const [path, url] of this.#urls) {
      if (this.#urls.size <= KEPT) return;
      this.#urls.delete(path);
      url.then(URL.revokeObjectURL, () => undefined);
    }
  }
}
