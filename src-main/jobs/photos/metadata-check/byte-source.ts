import type { FileHandle } from 'node:fs/promises';

/** Bytes that are looked at here and there, from a file or from memory. */
export interface ByteSource {
  readonly length: number;
  /** @returns the bytes from an offset, fewer where the source ends */
  read(offset: number, length: number): Promise<Buffer>;
}

const WINDOW_BYTES = 64 * 1024;

export const bufferSource = (bytes: Buffer): ByteSource => ({
  length: bytes.length,
  read: async (offset, length) => bytes.subarray(offset, offset + length),
});

/** Reads a file by windows: what is looked at lies close together, and one read serves many looks. */
export async function fileSource(file: FileHandle): Promise<ByteSource> {
  const { size } = await file.stat();
  let start = 0;
  let window = Buffer.alloc(0);
  return {
    length: size,
    async read(offset, length) {
      const isInside = offset >= start && offset + length <= start + window.length;
      if (!isInside && offset < size) {
        const bytes = Buffer.alloc(Math.min(Math.max(length, WINDOW_BYTES), size - offset));
        const { bytesRead } = await file.read(bytes, 0, bytes.length, offset);
        start = offset;
        window = bytes.subarray(0, bytesRead);
      }
      return offset >= size ? Buffer.alloc(0) : window.subarray(offset - start, offset - start + length);
    },
  };
}
