/**
 * The ICC profile of a HEIC file: the first `colr` box of type `prof` or `rICC` (ISO/IEC 14496-12, 12.1.5). iPhone photos are
 * in Display P3; without the profile their colours come out pale.
 *
 * @param bytes the whole file
 * @returns undefined where the file has none
 */
export function findIccProfile(bytes: Uint8Array): Uint8Array | undefined {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (const type of ['colrprof', 'colrrICC']) {
    const at = file.indexOf(type, 0, 'latin1');
    if (at < 4) continue;
    const profile = file.subarray(at + 8, at - 4 + file.readUInt32BE(at - 4));
    // ICC.1:2022, 7.2: the profile's own size comes first, the signature 'acsp' at 36.
    if (profile.length >= 128 && profile.toString('latin1', 36, 40) === 'acsp') return profile;
  }
  return undefined;
}
