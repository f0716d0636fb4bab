/** File formats that photos are read from. */
export type PhotoFormat = 'jpeg' | 'png' | 'webp' | 'tiff' | 'heic' | 'avif';

/** Number of leading bytes that {@link sniffPhotoFormat} wants to see. */
export const SNIFF_BYTES = 64;

const HEIC_BRANDS = new Set(['heic', 'heix', 'hevc', 'hevx', 'heim', 'heis', 'hevm', 'hevs', 'mif1', 'msf1']);
const AVIF_BRANDS = new Set(['avif', 'avis']);

/**
 * Recognises a photo by its first bytes, because file extensions lie (HEIC named .jpg is what many phones hand out).
 *
 * @param head the file's first {@link SNIFF_BYTES} bytes, or all of a shorter file
 * @returns undefined where it is none of the formats
 */
export function sniffPhotoFormat(head: Uint8Array): PhotoFormat | undefined {
  const text = (start: number, end: number) => String.fromCharCode(...head.subarray(start, end));
  if (head[0] === 0xff && head[1] === 0xd8 && head[2] === 0xff) return 'jpeg';
  if (text(0, 8) === '\x89PNG\r\n\x1a\n') return 'png';
  if (text(0, 4) === 'RIFF' && text(8, 12) === 'WEBP') return 'webp';
  if (['II*\0', 'MM\0*', 'II+\0', 'MM\0+'].includes(text(0, 4))) return 'tiff';
  if (text(4, 8) !== 'ftyp') return undefined;
  // ISO/IEC 14496-12: box size, 'ftyp', major brand, version, then compatible brands up to the box's end.
  const boxEnd = Math.min(((head[2] ?? 0) << 8) | (head[3] ?? 0), head.length);
  const brands = [text(8, 12)];
  for (let i = 16; i + 4 <= boxEnd; i += 4) brands.push(text(i, i + 4));
  if (brands.some((brand) => AVIF_BRANDS.has(brand))) return 'avif';
  if (brands.some((brand) => HEIC_BRANDS.has(brand))) return 'heic';
  return undefined;
}
