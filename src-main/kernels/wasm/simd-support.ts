/** A module of one function whose body uses an i8x16 instruction: (func (result v128) i32.const 0 i8x16.splat). */
const SIMD_MODULE = new Uint8Array([
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00], // magic, version
  ...[0x01, 0x05, 0x01, 0x60, 0x00, 0x01, 0x7b], // types: () -> v128
  ...[0x03, 0x02, 0x01, 0x00], // functions: one of type 0
  ...[0x0a, 0x08, 0x01, 0x06, 0x00, 0x41, 0x00, 0xfd, 0x0f, 0x0b], // code: i32.const 0, i8x16.splat, end
]);

/** Whether this machine compiles WebAssembly with 128-bit SIMD, which every kernel needs. */
export function canRunSimd(): boolean {
  try {
    new WebAssembly.Module(SIMD_MODULE);
    return true;
  } catch {
    return false;
  }
}
