import { deflateSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import { Random } from '#main/geometry/random.js';

/**
 * A picture without symmetry: its corners are red, green, blue and white, with texture from the seed.
 *
 * @returns sharp of width x height, 8-bit RGB
 */
export function testPicture(seed: number, width = 480, height = 360): Sharp {
  const random = new Random(seed);
  const cell = 12;
  const columns = Math.ceil(width / cell);
  const speckle = Array.from({ length: columns * Math.ceil(height / cell) }, () => random.uniform() * 90 - 45);
  const corners = [
    [200, 40, 40],
    [40, 170, 60],
    [50, 60, 190],
    [210, 210, 200],
  ] as const;
  const rgb = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const corner = corners[(y < height / 2 ? 0 : 2) + (x < width / 2 ? 0 : 1)]!;
      const offset = speckle[Math.floor(y / cell) * columns + Math.floor(x / cell)]!;
      for (let c = 0; c < 3; c++) rgb[(y * width + x) * 3 + c] = Math.max(0, Math.min(255, corner[c]! + offset));
    }
  }
  return sharp(rgb, { raw: { width, height, channels: 3 } });
}

/** A PNG of a few hundred bytes whose header claims any size: a decompression bomb to whoever trusts it. */
export function bombPng(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const data = deflateSync(Buffer.alloc(100_000));
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', data), chunk('IEND', Buffer.alloc(0))]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  out.set(body, 4);
  let crc = 0xffffffff;
  for (const byte of body) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  out.writeUInt32BE((crc ^ 0xffffffff) >>> 0, body.length + 4);
  return out;
}
