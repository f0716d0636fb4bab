import type { ByteSource } from './byte-source.js';
import { MAX_METADATA_BYTES, MAX_METADATA_PARTS, metadataBomb } from './metadata-bomb.js';

// ISO/IEC 14496-12, 4.2 "Object structure".

/** Looks at the boxes of a HEIC or AVIF file: how many, and how large the one that describes the rest is. @throws PHOTO_METADATA_REFUSED */
export async function checkHeif(source: ByteSource): Promise<void> {
  let parts = 0;
  for (let offset = 0; offset + 8 <= source.length; ) {
    const head = await source.read(offset, 16);
    const short = head.readUInt32BE(0);
    const type = head.toString('latin1', 4, 8);
    // 1: the length follows; 0: to the end of the file.
    const length = short === 1 && head.length >= 16 ? Number(head.readBigUInt64BE(8)) : short;
    parts += 1;
    if (parts > MAX_METADATA_PARTS) throw metadataBomb('it has too many boxes');
    if (type === 'meta' && length > MAX_METADATA_BYTES) throw metadataBomb('it is too large');
    if (length < 8) return;
    offset += length;
  }
}
