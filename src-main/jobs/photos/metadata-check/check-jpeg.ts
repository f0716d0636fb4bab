import { type ByteSource, bufferSource } from './byte-source.js';
import { checkTiff } from './check-tiff.js';
import { MAX_METADATA_BYTES, MAX_METADATA_PARTS, metadataBomb } from './metadata-bomb.js';

// ITU-T T.81, B.1.1 "Markers" and B.2.4.6 "Application data syntax".
const START_OF_SCAN = 0xda;
const EXIF = 'Exif\0\0';

const isApplicationOrComment = (marker: number) => (marker >= 0xe0 && marker <= 0xef) || marker === 0xfe;
/** Markers without a length: RSTn, SOI, EOI, TEM. */
const isAlone = (marker: number) => (marker >= 0xd0 && marker <= 0xd9) || marker === 0x01;

/** Looks at the segments before the picture: how many, how much, and what their EXIF says. @throws PHOTO_METADATA_REFUSED */
export async function checkJpeg(source: ByteSource): Promise<void> {
  let parts = 0;
  let bytes = 0;
  for (let offset = 2; offset + 4 <= source.length; ) {
    const head = await source.read(offset, 4);
    const marker = head[1] ?? 0;
    if (head[0] !== 0xff || marker === START_OF_SCAN) return;
    if (marker === 0xff) {
      offset += 1;
      continue;
    }
    if (isAlone(marker)) {
      offset += 2;
      continue;
    }
    const length = head.readUInt16BE(2);
    if (isApplicationOrComment(marker)) {
      parts += 1;
      bytes += length;
      if (parts > MAX_METADATA_PARTS) throw metadataBomb('it has too many segments');
      if (bytes > MAX_METADATA_BYTES) throw metadataBomb('it is too large');
      const content = await source.read(offset + 4, Math.max(0, length - 2));
      if (marker === 0xe1 && content.toString('latin1', 0, EXIF.length) === EXIF) {
        await checkTiff(bufferSource(content.subarray(EXIF.length)));
      }
    }
    offset += 2 + Math.max(2, length);
  }
}
