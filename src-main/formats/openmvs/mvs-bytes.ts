/** Reads little-endian values one after another. @throws RangeError beyond the end */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    // A Buffer's slices would be views of it.
    this.#bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  u32(): number {
    return this.#view.getUint32(this.#advance(4), true);
  }

  /** A count of 8 bytes that can be true: no more items than bytes are left. */
  count(): number {
    const count = Number(this.#view.getBigUint64(this.#advance(8), true));
    if (count > this.#bytes.length - this.#at) throw new RangeError('count beyond the end');
    return count;
  }

  doubles(length: number): number[] {
    return Array.from({ length }, () => this.#view.getFloat64(this.#advance(8), true));
  }

  text(length: number): string {
    const from = this.#advance(length);
    return Buffer.from(this.#bytes.subarray(from, from + length)).toString('utf8');
  }

  string(): string {
    return this.text(this.count());
  }

  list<Item>(read: () => Item): Item[] {
    return Array.from({ length: this.count() }, read);
  }

  /** A head of fixed size, a count and so many items of fixed size, as they are. */
  block(headBytes: number, itemBytes: number): Uint8Array {
    const from = this.#advance(headBytes);
    this.#advance(this.count() * itemBytes);
    return this.#bytes.slice(from, this.#at);
  }

  remaining(): Uint8Array {
    return this.#bytes.slice(this.#at);
  }

  /** @returns where the value begins */
  #advance(length: number): number {
    const from = this.#at;
    if (from + length > this.#bytes.length) throw new RangeError('beyond the end');
    this.#at = from + length;
    return from;
  }
}

/** The inverse of {@link ByteReader}. */
export class ByteWriter {
  readonly #parts: Uint8Array[] = [];

  bytes(part: Uint8Array): void {
    this.#parts.push(part);
  }

  u32(value: number): void {
    this.bytes(new Uint8Array(Uint32Array.of(value).buffer));
  }

  count(value: number): void {
    this.bytes(new Uint8Array(BigUint64Array.of(BigInt(value)).buffer));
  }

  floats(values: readonly number[]): void {
    this.bytes(new Uint8Array(Float32Array.from(values).buffer));
  }

  doubles(values: readonly number[]): void {
    this.bytes(new Uint8Array(Float64Array.from(values).buffer));
  }

  text(value: string): void {
    this.bytes(Buffer.from(value, 'utf8'));
  }

  string(value: string): void {
    const bytes = Buffer.from(value, 'utf8');
    this.count(bytes.length);
    this.bytes(bytes);
  }

  list<Item>(items: readonly Item[], write: (item: Item) => void): void {
    this.count(items.length);
    for (const item of items) write(item);
  }

  finish(): Uint8Array {
    return new Uint8Array(Buffer.concat(this.#parts));
  }
}
