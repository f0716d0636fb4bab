import { type FileHandle, open, readFile } from 'node:fs/promises';
import { StudioError } from '../../../src-shared/errors/studio-error.js';
import { writeAtomic } from '../../workspace/write-atomic.js';

/**
 * Atlas's own container for bulk data between stages: the magic `ATLS`, u32 header length, a JSON header
 * `{meta, arrays: [{name, type, length, offset}]}`, then the arrays, each at a multiple of 16 bytes. Little-endian.
 */
const CONSTRUCTORS = {
  f32: Float32Array,
  f64: Float64Array,
  u8: Uint8Array,
  i8: Int8Array,
  u16: Uint16Array,
  i16: Int16Array,
  u32: Uint32Array,
  i32: Int32Array,
} as const;

type ElementType = keyof typeof CONSTRUCTORS;
export type AnyTypedArray =
  | Float32Array
  | Float64Array
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array;
export type TypedArrays = Readonly<Record<string, AnyTypedArray>>;

/** Named typed arrays with small JSON metadata. */
export interface ArrayFile<Arrays extends TypedArrays = TypedArrays> {
  readonly meta: Readonly<Record<string, unknown>>;
  readonly arrays: Arrays;
}

interface Header {
  readonly meta: Record<string, unknown>;
  readonly arrays: readonly {
    readonly name: string;
    readonly type: ElementType;
    readonly length: number;
    readonly offset: number;
  }[];
}

const MAGIC = 0x534c5441; // "ATLS", little-endian
const ALIGNMENT = 16;
const align = (offset: number) => Math.ceil(offset / ALIGNMENT) * ALIGNMENT;

function elementTypeOf(array: AnyTypedArray): ElementType {
  for (const [type, arrayClass] of Object.entries(CONSTRUCTORS)) {
    if (array instanceof arrayClass) return type as ElementType;
  }
  throw new StudioError('INTERNAL', { message: 'Array type without a storage code' });
}

/** Writes the arrays atomically. @throws DISK_FULL, OUTPUT_NOT_WRITABLE */
export async function writeArrays(path: string, { meta, arrays }: ArrayFile): Promise<void> {
  let offset = 0;
  const entries = Object.entries(arrays).map(([name, array]) => {
    const entry = { name, type: elementTypeOf(array), length: array.length, offset };
    offset = align(offset + array.byteLength);
    return entry;
  });
  const json = Buffer.from(JSON.stringify({ meta, arrays: entries }));
  const head = Buffer.alloc(align(8 + json.length), 0x20);
  head.writeUInt32LE(MAGIC, 0);
  head.writeUInt32LE(head.length - 8, 4);
  json.copy(head, 8);

  const chunks: Uint8Array[] = [head];
  for (const array of Object.values(arrays)) {
    chunks.push(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
    chunks.push(new Uint8Array(align(array.byteLength) - array.byteLength));
  }
  await writeAtomic(path, chunks);
}

/** Reads what {@link writeArrays} wrote. The arrays are views into one buffer. @throws INTERNAL when the file is damaged */
export async function readArrays<Arrays extends TypedArrays = TypedArrays>(path: string): Promise<ArrayFile<Arrays>> {
  const bytes = await readFile(path);
  if (bytes.length < 8 || bytes.readUInt32LE(0) !== MAGIC) throw damaged(path);
  const start = 8 + bytes.readUInt32LE(4);
  const header = JSON.parse(bytes.subarray(8, start).toString()) as Header;
  const arrays: Record<string, AnyTypedArray> = {};
  for (const { name, type, length, offset } of header.arrays) {
    const arrayClass = CONSTRUCTORS[type];
    const end = start + offset + length * arrayClass.BYTES_PER_ELEMENT;
    if (end > bytes.length) throw damaged(path);
    const isAligned = (bytes.byteOffset + start + offset) % arrayClass.BYTES_PER_ELEMENT === 0;
    arrays[name] = isAligned
      ? new arrayClass(bytes.buffer, bytes.byteOffset + start + offset, length)
      : new arrayClass(bytes.buffer.slice(bytes.byteOffset + start + offset, bytes.byteOffset + end), 0, length);
  }
  return { meta: header.meta, arrays: arrays as Arrays };
}

/**
 * Reads one array of a file and leaves the others on the disk.
 *
 * @throws INTERNAL when the file is damaged or has no such array
 */
export async function readArray<Name extends AnyTypedArray>(
  path: string,
  name: string,
): Promise<{ readonly meta: ArrayFile['meta']; readonly array: Name }> {
  const file = await open(path, 'r');
  try {
    const head = await readBytes(file, path, 0, 8);
    const view = new DataView(head.buffer);
    if (view.getUint32(0, true) !== MAGIC) throw damaged(path);
    const start = 8 + view.getUint32(4, true);
    const header = JSON.parse(Buffer.from(await readBytes(file, path, 8, start - 8)).toString()) as Header;
    const entry = header.arrays.find((array) => array.name === name);
    if (!entry) throw damaged(path);
    const arrayClass = CONSTRUCTORS[entry.type];
    const size = entry.length * arrayClass.BYTES_PER_ELEMENT;
    const bytes = await readBytes(file, path, start + entry.offset, size);
    return { meta: header.meta, array: new arrayClass(bytes.buffer, 0, entry.length) as Name };
  } finally {
    await file.close();
  }
}

/** @returns bytes in a buffer of their own */
async function readBytes(
  file: FileHandle,
  path: string,
  from: number,
  count: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(count);
  for (let done = 0; done < count; ) {
    const { bytesRead } = await file.read(bytes, done, count - done, from + done);
    if (bytesRead === 0) throw damaged(path);
    done += bytesRead;
  }
  return bytes;
}

const damaged = (path: string) =>
  new StudioError('INTERNAL', { message: 'A file of the workspace is damaged.', details: { path } });
