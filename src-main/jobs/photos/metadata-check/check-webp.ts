import { type ByteSource, bufferSource } from './byte-source.js';
import { checkTiff } from './check-tiff.js';
import { MAX_METADATA_BYTES, MAX_METADATA_PARTS, metadataBomb } from './metadata-bomb.js';

// RFC 9649, 2.3 "RIFF File Format" and 2.7.1.5 "Metadata".
const HEADER_BYTES = 12;
const METADATA_CHUNKS: readonly string[] = ['EXIF', 'XMP ', 'ICCP'];
const EXIF = 'Exif\0\0';

/** Looks at the chunks of a WebP file: how many, and how much they say that is not the picture. @throws PHOTO_METADATA_REFUSED */
export async function checkWebp(source: ByteSource): Promise<void> {
  let parts = 0;
  let bytes = 0;
  for (let offset = HEADER_BYTES; offset + 8 <= source.length; ) {
    const head = await source.read(offset, 8);
    const type = head.toString('latin1', 0, 4);
    const length = head.readUInt32LE(4);
    parts += 1;
    if (parts > MAX_METADATA_PARTS) throw metadataBomb('it has too many chunks');
    if (METADATA_CHUNKS.includes(type)) {
      bytes += length;
      if (bytes > MAX_METADATA_BYTES) throw metadataBomb('it is too large');
      if (type === 'EXIF') {
        const content = await source.read(offset + 8, length);
        // Some programs keep the prefix that JPEG needs.
        const start = content.toString('latin1', 0, EXIF.length) === EXIF ? EXIF.length : 0;
        await checkTiff(bufferSource(content.subarray(start)));
      }
    }
    offset += 8 + length + (length % 2);
  }
}
