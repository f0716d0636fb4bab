import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';

// Makes the icons of all systems from `assets/icon.svg`, into `dist/icons`: PNGs (Linux, window, tray), an ICO (Windows) and an
// ICNS (macOS). Both containers hold PNGs, so no tool is needed beyond the one that draws the picture.

const SOURCE = fileURLToPath(new URL('./icon.svg', import.meta.url));
const FOLDER = fileURLToPath(new URL('../dist/icons/', import.meta.url));

const PNG_SIZES = [16, 32, 48, 64, 128, 256, 512, 1024];
const ICO_SIZES = [16, 24, 32, 48, 64, 128, 256];
/** Type of an entry of an ICNS file and the size of its picture in pixels (Apple's Icon Services). */
const ICNS_TYPES = { ic11: 32, ic12: 64, ic07: 128, ic13: 256, ic08: 256, ic14: 512, ic09: 512, ic10: 1024 };
/** On macOS an icon's shape takes 824 of 1024 points; the rest is for its shadow. */
const MAC_SHARE = 824 / 1024;

const svg = await readFile(SOURCE);
const VIEW_BOX = 32;

/** @param share of the picture's width that the shape takes */
async function png(size, share = 1) {
  const inner = Math.round(size * share);
  const shape = await sharp(svg, { density: (72 * inner) / VIEW_BOX })
    .resize(inner, inner)
    .png()
    .toBuffer();
  const before = Math.floor((size - inner) / 2);
  const after = size - inner - before;
  return sharp(shape)
    .extend({ top: before, left: before, bottom: after, right: after, background: '#0000' })
    .png({ compressionLevel: 9, palette: false })
    .toBuffer();
}

/** An icon directory: a head of 6 bytes, 16 bytes an entry, then the PNGs. A size of 256 is written as 0. */
function ico(pictures) {
  const head = Buffer.alloc(6 + 16 * pictures.length);
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(pictures.length, 4);
  let offset = head.length;
  for (const [index, { size, bytes }] of pictures.entries()) {
    const at = 6 + 16 * index;
    head.writeUInt8(size % 256, at);
    head.writeUInt8(size % 256, at + 1);
    head.writeUInt16LE(1, at + 4);
    head.writeUInt16LE(32, at + 6);
    head.writeUInt32LE(bytes.length, at + 8);
    head.writeUInt32LE(offset, at + 12);
    offset += bytes.length;
  }
  return Buffer.concat([head, ...pictures.map(({ bytes }) => bytes)]);
}

/** A chunk with its type and its length, which counts the 8 bytes of both. */
function chunk(type, content) {
  const head = Buffer.alloc(8);
  head.write(type, 'latin1');
  head.writeUInt32BE(content.length + 8, 4);
  return Buffer.concat([head, content]);
}

await mkdir(FOLDER, { recursive: true });
for (const size of PNG_SIZES) await writeFile(`${FOLDER}${size}x${size}.png`, await png(size));
const pictures = await Promise.all(ICO_SIZES.map(async (size) => ({ size, bytes: await png(size) })));
await writeFile(`${FOLDER}icon.ico`, ico(pictures));
const entries = await Promise.all(
  Object.entries(ICNS_TYPES).map(async ([type, size]) => chunk(type, await png(size, MAC_SHARE))),
);
await writeFile(`${FOLDER}icon.icns`, chunk('icns', Buffer.concat(entries)));
