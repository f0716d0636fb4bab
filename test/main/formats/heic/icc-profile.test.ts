import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { findIccProfile } from '#main/formats/heic/find-icc-profile.js';
import { openHeic } from '#main/formats/heic/open-heic.js';
import { addIccProfile } from '#main/formats/png/add-icc-profile.js';

const red = () => sharp({ create: { width: 8, height: 8, channels: 3, background: { r: 200, g: 60, b: 40 } } });
const displayP3 = async (): Promise<Buffer> => {
  const { icc } = await sharp(await red().withIccProfile('p3').png().toBuffer()).metadata();
  if (icc === undefined) throw new Error('no profile');
  return icc;
};
/** A file with a colour box between other bytes, as HEIC has it. */
const withColorBox = (type: string, profile: Buffer): Buffer => {
  const size = Buffer.alloc(4);
  size.writeUInt32BE(12 + profile.length);
  return Buffer.concat([Buffer.from('....junk....'), size, Buffer.from(`colr${type}`), profile, Buffer.from('more')]);
};

test('finds the profile of a HEIC file, and none where there is none', async () => {
  const profile = await displayP3();
  expect(findIccProfile(withColorBox('prof', profile))).toEqual(profile);
  expect(findIccProfile(withColorBox('rICC', profile))).toEqual(profile);
  expect(findIccProfile(withColorBox('prof', Buffer.alloc(200)))).toBeUndefined();
  expect(findIccProfile(await readFile('test/fixtures/upright.heic'))).toBeUndefined();
});

test('a PNG with the profile put in keeps its pixels and shows their true colours', async () => {
  const png = await red().png().toBuffer();
  const tagged = await addIccProfile(png, await displayP3());
  const { icc } = await sharp(tagged).metadata();
  expect(icc).toEqual(await displayP3());
  const [r, g, b] = await sharp(tagged).toColourspace('srgb').raw().toBuffer();
  // Display P3 (200, 60, 40) is a stronger red in sRGB, whose blue and green are less.
  expect(r).toBeGreaterThan(210);
  expect(g).toBeLessThan(55);
  expect(b).toBeLessThan(40);
});

test('opens no file that is not HEIC', () => {
  expect(openHeic(Buffer.from('plain text'))).toBeUndefined();
  expect(openHeic(new Uint8Array(0))).toBeUndefined();
});
