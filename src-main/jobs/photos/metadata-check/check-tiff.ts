import type { ByteSource } from './byte-source.js';
import { metadataBomb } from './metadata-bomb.js';

// TIFF 6.0, section 2 "TIFF Structure"; BigTIFF (libtiff.gitlab.io/libtiff/specification/bigtiff.html); Exif 2.32, 4.6.3.

/** Bytes of a value by the number of its type; those not listed are unknown and never followed. */
const TYPE_BYTES: Readonly<Record<number, number>> = {
  ...{ 1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8 },
};
/** SubIFDs, Exif, GPS, Interoperability: their values are places of further directories. */
const DIRECTORY_TAGS: readonly number[] = [0x014a, 0x8769, 0x8825, 0xa005];

const MAX_DIRECTORIES = 64;
const MAX_DEPTH = 6;
const MAX_ENTRIES = 2000;
const MAX_SUB_DIRECTORIES = 16;
/** A damaged entry may claim somewhat more than there is; nobody reads a megabyte that is not there by mistake. */
const TOLERATED_CLAIM_BYTES = 1024 ** 2;

interface Layout {
  readonly isLittleEndian: boolean;
  readonly isBig: boolean;
}

/**
 * Walks the directories of a TIFF file or an EXIF block without reading their values, and refuses what would keep a reader busy
 * or make it allocate: directories in circles, nested or too many, values that claim more than there is, values that overlap.
 * What is merely damaged passes: readers take it for missing.
 *
 * @throws PHOTO_METADATA_REFUSED
 */
export async function checkTiff(source: ByteSource): Promise<void> {
  const head = await source.read(0, 16);
  if (head.length < 8) return;
  const isLittleEndian = head.toString('latin1', 0, 2) === 'II';
  const isBig = number(head, 2, 2, isLittleEndian) === 43;
  const layout = { isLittleEndian, isBig };
  const first = isBig ? number(head, 8, 8, isLittleEndian) : number(head, 4, 4, isLittleEndian);
  const waiting = [{ offset: first, depth: 0 }];
  const seen = new Set<number>();
  let claimed = 0;
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    if (next.offset === 0 || next.offset >= source.length) continue;
    if (seen.has(next.offset)) throw metadataBomb('its directories go in circles');
    seen.add(next.offset);
    if (seen.size > MAX_DIRECTORIES) throw metadataBomb('it has too many directories');
    if (next.depth > MAX_DEPTH) throw metadataBomb('its directories are nested too deeply');
    const directory = await readDirectory(source, next.offset, layout);
    claimed += directory.claimedBytes;
    if (claimed > 2 * source.length + TOLERATED_CLAIM_BYTES) throw metadataBomb('its values claim more than there is');
    for (const offset of directory.children) waiting.push({ offset, depth: next.depth + 1 });
    waiting.push({ offset: directory.next, depth: next.depth });
  }
}

async function readDirectory(source: ByteSource, offset: number, layout: Layout) {
  const { isLittleEndian, isBig } = layout;
  const [countBytes, entryBytes, placeBytes] = isBig ? [8, 20, 8] : [2, 12, 4];
  const count = number(await source.read(offset, countBytes), 0, countBytes, isLittleEndian);
  if (count > MAX_ENTRIES) throw metadataBomb('a directory has too many entries');
  const entries = await source.read(offset + countBytes, count * entryBytes + placeBytes);
  const children: number[] = [];
  let claimedBytes = 0;
  for (let i = 0; i < count && (i + 1) * entryBytes <= entries.length; i++) {
    const entry = entries.subarray(i * entryBytes, (i + 1) * entryBytes);
    const tag = number(entry, 0, 2, isLittleEndian);
    const valueBytes = TYPE_BYTES[number(entry, 2, 2, isLittleEndian)] ?? 0;
    const values = number(entry, 4, placeBytes, isLittleEndian);
    const bytes = valueBytes * values;
    if (bytes > Math.max(source.length, TOLERATED_CLAIM_BYTES)) throw metadataBomb('a value claims more than there is');
    claimedBytes += bytes > placeBytes ? bytes : 0;
    if (!DIRECTORY_TAGS.includes(tag)) continue;
    if (values > MAX_SUB_DIRECTORIES) throw metadataBomb('it has too many directories');
    const place = entry.subarray(4 + placeBytes);
    const list = bytes <= placeBytes ? place : await source.read(number(place, 0, placeBytes, isLittleEndian), bytes);
    for (let at = 0; valueBytes >= 4 && at + valueBytes <= Math.min(bytes, list.length); at += valueBytes) {
      children.push(number(list, at, valueBytes, isLittleEndian));
    }
  }
  const next = entries.length >= count * entryBytes + placeBytes ? count * entryBytes : undefined;
  return {
    ...{ children, claimedBytes },
    next: next === undefined ? 0 : number(entries, next, placeBytes, isLittleEndian),
  };
}

/** An unsigned number; 0 where the bytes end before. */
function number(bytes: Buffer, offset: number, length: number, isLittleEndian: boolean): number {
  if (offset + length > bytes.length) return 0;
  if (length === 8) return Number(isLittleEndian ? bytes.readBigUInt64LE(offset) : bytes.readBigUInt64BE(offset));
  return isLittleEndian ? bytes.readUIntLE(offset, length) : bytes.readUIntBE(offset, length);
}
