import { promisify } from 'node:util';
import { inflate } from 'node:zlib';
import { type ByteSource, bufferSource } from './byte-source.js';
import { checkTiff } from './check-tiff.js';
import { MAX_METADATA_BYTES, MAX_METADATA_PARTS, metadataBomb } from './metadata-bomb.js';

// PNG (Third Edition), 5.3 "Chunk layout", 11.3.2.3 iCCP, 11.3.3 textual information, 11.3.4.5 eXIf.
const SIGNATURE_BYTES = 8;
const PICTURE_CHUNKS: readonly string[] = ['IDAT', 'fdAT', 'fcTL'];

const unzip = promisify(inflate);

/**
 * Looks at the chunks that are not the picture: how many, how much, and how much comes out of those that are compressed.
 *
 * @throws PHOTO_METADATA_REFUSED
 */
export async function checkPng(source: ByteSource): Promise<void> {
  let parts = 0;
  let left = MAX_METADATA_BYTES;
  for (let offset = SIGNATURE_BYTES; offset + 8 <= source.length; ) {
    const head = await source.read(offset, 8);
    const length = head.readUInt32BE(0);
    const type = head.toString('latin1', 4, 8);
    if (type === 'IEND') return;
    if (!PICTURE_CHUNKS.includes(type)) {
      parts += 1;
      left -= length;
      if (parts > MAX_METADATA_PARTS) throw metadataBomb('it has too many chunks');
      if (left < 0) throw metadataBomb('it is too large');
      const content = await source.read(offset + 8, length);
      const compressed = compressedPart(type, content);
      if (compressed) left -= await unzippedBytes(compressed, left);
      if (type === 'eXIf') await checkTiff(bufferSource(content));
    }
    offset += 8 + length + 4;
  }
}

/** The zlib stream of a chunk that has one. */
function compressedPart(type: string, content: Buffer): Buffer | undefined {
  // Keyword or profile name, a zero, then the compression method.
  const nameEnd = content.indexOf(0);
  if (nameEnd < 0) return undefined;
  if (type === 'iCCP' || type === 'zTXt') return content.subarray(nameEnd + 2);
  if (type !== 'iTXt' || content[nameEnd + 1] !== 1) return undefined;
  const languageEnd = content.indexOf(0, nameEnd + 3);
  const keywordEnd = languageEnd < 0 ? -1 : content.indexOf(0, languageEnd + 1);
  return keywordEnd < 0 ? undefined : content.subarray(keywordEnd + 1);
}

/** @returns 0 for what is no zlib stream: readers leave it out */
async function unzippedBytes(compressed: Buffer, maxOutputLength: number): Promise<number> {
  try {
    return (await unzip(compressed, { maxOutputLength: Math.max(1, maxOutputLength) })).length;
  } catch (error) {
    if (error instanceof RangeError) throw metadataBomb('it is too large when unpacked');
    return 0;
  }
}
