import type { Readable } from 'node:stream';

/** Lines that an error tells. */
const KEPT_LINES = 20;
/** A program that never ends its line must not fill the memory. */
const MAX_LINE_LENGTH = 4096;

/** Cuts a tool's output into lines and keeps the last ones. Progress lines end with a carriage return alone. */
export class OutputLines {
  readonly #onLine: ((line: string) => void) | undefined;
  readonly #last: string[] = [];

  constructor(onLine?: (line: string) => void) {
    this.#onLine = onLine;
  }

  /** The last lines that say something, oldest first. */
  get last(): readonly string[] {
    return this.#last;
  }

  /** Reads a stream until it ends. Each has its own unfinished line: the two outputs of a program come interleaved. */
  follow(stream: Readable): void {
    let rest = '';
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => {
      const lines = (rest + text).split(/[\r\n]+/);
      rest = (lines.pop() ?? '').slice(0, MAX_LINE_LENGTH);
      for (const line of lines) this.#take(line);
    });
    stream.on('end', () => this.#take(rest));
  }

  #take(raw: string): void {
    const line = raw.trimEnd().slice(0, MAX_LINE_LENGTH);
    if (line.trim() === '') return;
    this.#last.push(line);
    if (this.#last.length > KEPT_LINES) this.#last.shift();
    this.#onLine?.(line);
  }
}
