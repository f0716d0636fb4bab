import { deflateSync } from 'node:zlib';

/** Signature and IHDR chunk, which comes first in every PNG. */
const HEADER_BYTES = 8 + 25;

/**
 * Puts an ICC profile into a PNG that has none, leaving the pixels as they are (PNG specification, third edition, 11.3.2.3).
 *
 * @param png the whole file
 * @param profile ICC profile
 */
export function addIccProfile(png: Uint8Array, profile: Uint8Array): Uint8Array {
  // Profile name, its terminator, compression method 0.
  const data = Buffer.concat([Buffer.from('icc\0\0', 'latin1'), deflateSync(profile)]);
  const body = Buffer.concat([Buffer.from('iCCP', 'latin1'), data]);
  const chunk = Buffer.alloc(body.length + 8);
  chunk.writeUInt32BE(data.length, 0);
  chunk.set(body, 4);
  chunk.writeUInt32BE(crc32(body), body.length + 4);
  return Buffer.concat([png.subarray(0, HEADER_BYTES), chunk, png.subarray(HEADER_BYTES)]);
}

/** CRC-32 of ISO 3309, as PNG uses it (Annex D), bit by bit: profiles are small. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}
