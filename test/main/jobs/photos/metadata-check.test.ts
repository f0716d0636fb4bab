import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { receivePhoto } from '#main/jobs/photos/receive-photo.js';
import { noisePhoto } from '../../server/open-test-service.js';

const FIXTURES = new URL('../../../fixtures/', import.meta.url);
const LIMITS = { maxBytes: 100 * 1024 ** 2, maxPixels: 200_000_000 };

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'atlas-metadata-'));
});
afterAll(() => rm(folder, { recursive: true }));

const receive = (data: Buffer) =>
  receivePhoto(Readable.from([data]), 'x.jpg', folder, { limits: LIMITS, scanner: undefined });

interface Entry {
  readonly tag: number;
  readonly type: number;
  readonly count: number;
  readonly value: number;
}

const LONG = 4;
const EXIF_POINTER = 0x8769;
const SUB_DIRECTORIES = 0x014a;

/** A big-endian TIFF block of directories at given places. */
function tiff(
  directories: readonly { at: number; entries: readonly Entry[]; next?: number; count?: number }[],
  size = 4096,
) {
  const block = Buffer.alloc(size);
  block.write('MM\0*', 0, 'latin1');
  block.writeUInt32BE(directories[0]?.at ?? 8, 4);
  for (const { at, entries, next = 0, count = entries.length } of directories) {
    block.writeUInt16BE(count, at);
    for (const [i, { tag, type, count: values, value }] of entries.entries()) {
      const start = at + 2 + i * 12;
      block.writeUInt16BE(tag, start);
      block.writeUInt16BE(type, start + 2);
      block.writeUInt32BE(values, start + 4);
      block.writeUInt32BE(value, start + 8);
    }
    block.writeUInt32BE(next, at + 2 + entries.length * 12);
  }
  return block;
}

const segment = (marker: number, content: Buffer) => {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(content.length + 2, 2);
  return Buffer.concat([head, content]);
};

/** A photo with segments between its start and its picture. */
async function jpegWith(...segments: readonly Buffer[]): Promise<Buffer> {
  const jpeg = await noisePhoto(5);
  return Buffer.concat([jpeg.subarray(0, 2), ...segments, jpeg.subarray(2)]);
}

const exif = (block: Buffer) => segment(0xe1, Buffer.concat([Buffer.from('Exif\0\0'), block]));

const chunk = (type: string, content: Buffer) => {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const bytes = Buffer.alloc(body.length + 8);
  bytes.writeUInt32BE(content.length, 0);
  body.copy(bytes, 4);
  bytes.writeUInt32BE(crc32(body), body.length + 4);
  return bytes;
};

/** A picture with chunks after its header. */
async function pngWith(...chunks: readonly Buffer[]): Promise<Buffer> {
  const png = await sharp({ create: { width: 400, height: 400, channels: 3, background: 'red' } })
    .png()
    .toBuffer();
  const headerEnd = 8 + 25;
  return Buffer.concat([png.subarray(0, headerEnd), ...chunks, png.subarray(headerEnd)]);
}

/** Text or profile that is small packed and a gigabyte, or as large as is said, unpacked. */
const packed = (bytes: number) => deflateSync(Buffer.alloc(bytes), { level: 9 });

async function tiffPhoto(change: (file: Buffer, directory: number) => void): Promise<Buffer> {
  const file = await sharp(await noisePhoto(5))
    .tiff({ compression: 'none' })
    .toBuffer();
  change(file, file.readUInt32LE(4));
  return file;
}

async function webpWith(...chunks: readonly (readonly [string, Buffer])[]): Promise<Buffer> {
  const webp = await sharp(await noisePhoto(5))
    .webp()
    .toBuffer();
  const more = chunks.map(([type, content]) => {
    const head = Buffer.alloc(8);
    head.write(type, 'latin1');
    head.writeUInt32LE(content.length, 4);
    return Buffer.concat([head, content, Buffer.alloc(content.length % 2)]);
  });
  return Buffer.concat([webp, ...more]);
}

const entry = (tag: number, count: number, value: number, type = LONG): Entry => ({ tag, type, count, value });

describe('a photo is refused whose', () => {
  it.each<readonly [string, () => Promise<Buffer>]>([
    ['EXIF goes in a circle', () => jpegWith(exif(tiff([{ at: 8, entries: [], next: 8 }])))],
    [
      'EXIF goes in a circle by two directories',
      () =>
        jpegWith(
          exif(
            tiff([
              { at: 8, entries: [entry(EXIF_POINTER, 1, 100)] },
              { at: 100, entries: [entry(EXIF_POINTER, 1, 8)] },
            ]),
          ),
        ),
    ],
    [
      'EXIF is nested deeply',
      () =>
        jpegWith(
          exif(
            tiff(
              Array.from({ length: 30 }, (_, i) => ({
                at: 8 + i * 20,
                entries: [entry(EXIF_POINTER, 1, 28 + i * 20)],
              })),
            ),
          ),
        ),
    ],
    [
      'EXIF is a long chain',
      () =>
        jpegWith(exif(tiff(Array.from({ length: 200 }, (_, i) => ({ at: 8 + i * 6, entries: [], next: 14 + i * 6 }))))),
    ],
    [
      'EXIF claims four billion values',
      () => jpegWith(exif(tiff([{ at: 8, entries: [entry(0x010e, 0xffff_ffff, 0, 2)] }]))),
    ],
    ['EXIF claims sixty thousand entries', () => jpegWith(exif(tiff([{ at: 8, entries: [], count: 60_000 }])))],
    [
      'EXIF claims the same bytes again and again',
      () =>
        jpegWith(
          exif(
            tiff([{ at: 8, entries: Array.from({ length: 1900 }, (_, i) => entry(0x9000 + i, 20_000, 0, 2)) }], 30_000),
          ),
        ),
    ],
    [
      'EXIF has a thousand sub-directories',
      () => jpegWith(exif(tiff([{ at: 8, entries: [entry(SUB_DIRECTORIES, 1000, 0)] }]))),
    ],
    [
      'second EXIF is the bad one',
      () => jpegWith(exif(tiff([{ at: 8, entries: [] }])), exif(tiff([{ at: 8, entries: [], next: 8 }]))),
    ],
    ['segments are many', () => jpegWith(...Array.from({ length: 2000 }, () => segment(0xe5, Buffer.from('x'))))],
    ['segments are huge', () => jpegWith(...Array.from({ length: 300 }, () => segment(0xe2, Buffer.alloc(65_500))))],
    ['comments are huge', () => jpegWith(...Array.from({ length: 300 }, () => segment(0xfe, Buffer.alloc(65_500))))],
    [
      'text unpacks to a gigabyte (PNG zTXt)',
      () => pngWith(chunk('zTXt', Buffer.concat([Buffer.from('Comment\0\0'), packed(2 ** 28)]))),
    ],
    [
      'text unpacks to a gigabyte (PNG iTXt)',
      () => pngWith(chunk('iTXt', Buffer.concat([Buffer.from('Comment\0\u0001\0en\0Comment\0'), packed(2 ** 28)]))),
    ],
    [
      'profile unpacks to a gigabyte (PNG iCCP)',
      () => pngWith(chunk('iCCP', Buffer.concat([Buffer.from('icc\0\0'), packed(2 ** 28)]))),
    ],
    [
      'texts unpack to much together',
      () =>
        pngWith(
          ...Array.from({ length: 40 }, () => chunk('zTXt', Buffer.concat([Buffer.from('a\0\0'), packed(2 ** 20)]))),
        ),
    ],
    ['chunks are many (PNG)', () => pngWith(...Array.from({ length: 2000 }, () => chunk('tEXt', Buffer.from('a\0b'))))],
    ['EXIF goes in a circle (PNG)', () => pngWith(chunk('eXIf', tiff([{ at: 8, entries: [], next: 8 }])))],
    [
      'directories go in a circle (TIFF)',
      () =>
        tiffPhoto((file, directory) => {
          file.writeUInt32LE(directory, directory + 2 + file.readUInt16LE(directory) * 12);
        }),
    ],
    [
      'strips are four billion (TIFF)',
      () => tiffPhoto((file, directory) => file.writeUInt32LE(0xffff_fff0, directory + 2 + 4)),
    ],
    ['EXIF goes in a circle (WebP)', () => webpWith(['EXIF', tiff([{ at: 8, entries: [], next: 8 }])])],
    ['metadata are huge (WebP)', () => webpWith(['XMP ', Buffer.alloc(17 * 1024 ** 2)])],
    [
      'boxes are many (AVIF)',
      async () =>
        Buffer.concat([
          await readFile(fileURLToPath(new URL('upright.heic', FIXTURES))),
          ...Array.from({ length: 2000 }, () => Buffer.from([0, 0, 0, 8, 0x66, 0x72, 0x65, 0x65])),
        ]),
    ],
  ])('%s', async (_name, make) => {
    await expect(receive(await make())).rejects.toMatchObject({
      ...{ code: 'PHOTO_METADATA_REFUSED', details: { photo: 'x.jpg' } },
    });
    expect((await readdir(folder)).filter((name) => name.endsWith('.part'))).toEqual([]);
  });
});

describe('a photo is taken whose', () => {
  it.each<readonly [string, () => Promise<Buffer>]>([
    [
      'metadata are those of cameras',
      async () =>
        sharp(await noisePhoto(5))
          .withExif({
            IFD0: { Make: 'Atlas', Model: 'One' },
            IFD2: { FNumber: '28/10' },
            IFD3: { GPSLatitude: '51/1 30/1 0/1' },
          })
          .withIccProfile('p3')
          .jpeg()
          .toBuffer(),
    ],
    [
      'profile is packed (PNG)',
      async () =>
        sharp(await noisePhoto(5))
          .withIccProfile('p3')
          .png()
          .toBuffer(),
    ],
    [
      'metadata are in WebP',
      async () =>
        sharp(await noisePhoto(5))
          .withExif({ IFD0: { Make: 'Atlas' } })
          .webp()
          .toBuffer(),
    ],
    ['file is a TIFF', () => tiffPhoto(() => undefined)],
    ['file is a HEIC', () => readFile(fileURLToPath(new URL('upright.heic', FIXTURES)))],
    [
      'depth map is in many segments of XMP',
      () => jpegWith(...Array.from({ length: 130 }, () => segment(0xe1, Buffer.alloc(65_000)))),
    ],
    [
      'EXIF is damaged: places outside, unknown types, an end in the middle',
      () =>
        jpegWith(
          exif(
            tiff([
              {
                at: 8,
                entries: [entry(0x010f, 20, 50_000, 2), entry(0x0110, 3, 3, 99), entry(EXIF_POINTER, 1, 90_000)],
                next: 4095,
              },
            ]),
          ),
        ),
    ],
    ['text is damaged (PNG)', () => pngWith(chunk('zTXt', Buffer.from('a\0\0not packed')))],
  ])('%s', async (_name, make) => {
    expect((await receive(await make())).bytes).toBeGreaterThan(0);
  });
});

it('a disk error is none of the client', async () => {
  await expect(
    receivePhoto(Readable.from([await noisePhoto(1)]), 'x.jpg', '/dev/full/x', { limits: LIMITS, scanner: undefined }),
  ).rejects.toMatchObject({ code: 'OUTPUT_NOT_WRITABLE' });
});

it('a photo above the limit is told so wherever its last byte is', async () => {
  const photo = await noisePhoto(1);
  for (const size of [photo.length, 1000, 65_536, 65_537]) {
    const stream = Readable.from(
      Array.from({ length: Math.ceil(photo.length / 997) }, (_, i) => photo.subarray(i * 997, (i + 1) * 997)),
    );
    const limits = { ...LIMITS, maxBytes: Math.min(size, photo.length) - 1 };
    await expect(receivePhoto(stream, 'x.jpg', folder, { limits, scanner: undefined })).rejects.toMatchObject({
      code: 'PHOTO_FILE_TOO_LARGE',
    });
  }
});

it('a connection that breaks is UPLOAD_FAILED', async () => {
  const stream = Readable.from(
    (async function* () {
      yield Buffer.from([0xff, 0xd8]);
      throw new Error('broken');
    })(),
  );
  await expect(receivePhoto(stream, 'x.jpg', folder, { limits: LIMITS, scanner: undefined })).rejects.toMatchObject({
    code: 'UPLOAD_FAILED',
  });
});
