import { readFileSync } from 'node:fs';

/**
 * One WebAssembly instance and a bump allocator over its linear memory. A wrapper calls `reset()`, lays out its arrays with
 * `allocate` or `put`, calls the kernel with the pointers, and reads the results with the view getters, which always look at
 * the current memory (growing replaces the buffer). A kernel's assembly.ts exports `heapBase: usize = __heap_base`.
 */
export class KernelMemory<Exports> {
  readonly exports: Exports;
  readonly #memory: WebAssembly.Memory;
  readonly #heapBase: number;
  #top: number;

  /** @param url of the kernel's wasm file: `new URL('./kernel.wasm', import.meta.url)` */
  constructor(url: URL) {
    const module = new WebAssembly.Module(readFileSync(url));
    const instance = new WebAssembly.Instance(module, {
      env: {
        abort: () => {
          throw new Error(`kernel aborted: ${url.pathname}`);
        },
      },
    });
    this.exports = instance.exports as Exports;
    this.#memory = instance.exports.memory as WebAssembly.Memory;
    this.#heapBase = align((instance.exports.heapBase as WebAssembly.Global).value as number);
    this.#top = this.#heapBase;
  }

  /** Frees everything allocated so far. */
  reset(): void {
    this.#top = this.#heapBase;
  }

  /** Frees what was allocated at this pointer and after it. */
  releaseFrom(pointer: number): void {
    this.#top = pointer;
  }

  /** Reserves bytes, aligned to 16; the content is undefined. @returns the pointer */
  allocate(bytes: number): number {
    const pointer = this.#top;
    this.#top = align(pointer + bytes);
    const missing = this.#top - this.#memory.buffer.byteLength;
    if (missing > 0) this.#memory.grow(Math.ceil(missing / 65536));
    return pointer;
  }

  /** Reserves room for an array and copies it in. @returns the pointer */
  put(array: ArrayBufferView): number {
    const pointer = this.allocate(array.byteLength);
    const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
    new Uint8Array(this.#memory.buffer, pointer, array.byteLength).set(bytes);
    return pointer;
  }

  u8(pointer: number, length: number): Uint8Array {
    return new Uint8Array(this.#memory.buffer, pointer, length);
  }
  u16(pointer: number, length: number): Uint16Array {
    return new Uint16Array(this.#memory.buffer, pointer, length);
  }
  i32(pointer: number, length: number): Int32Array {
    return new Int32Array(this.#memory.buffer, pointer, length);
  }
  u32(pointer: number, length: number): Uint32Array {
    return new Uint32Array(this.#memory.buffer, pointer, length);
  }
  f32(pointer: number, length: number): Float32Array {
    return new Float32Array(this.#memory.buffer, pointer, length);
  }
  f64(pointer: number, length: number): Float64Array {
    return new Float64Array(this.#memory.buffer, pointer, length);
  }
}

const align = (pointer: number) => (pointer + 15) & ~15;
