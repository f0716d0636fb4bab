import type { Readable } from 'node:stream';

/** Lines that an error tells. */
const KEPT_LINES = 20;
/** A program that never ends its line must not fill the memory. */
const MAX_LINE_LENGTH = 4096;

/** Cuts a tool's output into lines and keeps the last ones. Progress lines end with a carriage return alone. */
export class OutputLines {
  readonly #onLine: ((line: string) => void) | undefined;
  readonly #last: string[] = [];
  #rest = '';

  constructor(onLine?: (line: string) => void) {
    this.#onLine = onLine;
  }

  /** The last lines that say something, oldest first. */
  get last(): readonly string[] {
    return this.#last;
  }

  /** Reads a stream until the program ends. */
  follow(stream: Readable): void {
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => this.push(text));
  }

  push(text: string): void {
    const lines = (this.#rest + text).split(/[\r\n]+/);
    this.#rest = (lines.pop() ?? '').slice(0, MAX_LINE_LENGTH);
    for (const line of lines) this.#take(line);
  }

  /** Takes what came after the last line end. */
  end(): void {
    this.#take(this.#rest);
    this.#rest = '';
  }

  #take(raw: string): void {
    const line = raw.trimEnd().slice(0, MAX_LINE_LENGTH);
    if (line.trim() === '') return;
    this.#last.push(line);
    if (this.#last.length > KEPT_LINES) this.#last.shift();
    this.#onLine?.(line);
  }
}
