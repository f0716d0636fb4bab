import libheif from 'libheif-js/wasm-bundle.js';

/** A HEIC or HEIF file whose header was read. Close it in `finally`: it holds memory of the WebAssembly module. */
export interface HeicFile {
  /** Size of the primary image, upright. */
  readonly width: number;
  readonly height: number;
  /**
   * Decodes the primary image.
   *
   * @returns Uint8Array[h*w*3], RGB in the file's own colour space, upright; undefined where the data is damaged
   */
  decode(): Promise<Uint8Array | undefined>;
  close(): void;
}

/**
 * Opens a HEIC or HEIF file with libheif (WebAssembly). Two traps of iPhone photos are met here: libheif applies the
 * container's own rotation (irot, imir), so the EXIF orientation, which says the same once more, must not be applied after
 * it; and the image is asked for without alpha, so that no later grey conversion can read alpha.
 *
 * libheif's C interface is used rather than the package's HeifDecoder, which writes to the console and throws where nobody
 * can catch it.
 *
 * @param bytes the whole file
 * @returns undefined where libheif cannot read it
 */
export function openHeic(bytes: Uint8Array): HeicFile | undefined {
  const context = libheif.heif_context_alloc();
  const header = libheif.heif_context_read_from_memory(context, bytes);
  const handle =
    header.code === libheif.heif_error_code.heif_error_Ok
      ? libheif.heif_js_context_get_primary_image_handle(context)
      : header;
  if (isFailure(handle)) {
    libheif.heif_context_free(context);
    return undefined;
  }
  return {
    width: libheif.heif_image_handle_get_width(handle),
    height: libheif.heif_image_handle_get_height(handle),
    decode: () => decodeRgb(handle),
    close() {
      libheif.heif_image_handle_release(handle);
      libheif.heif_context_free(context);
    },
  };
}

async function decodeRgb(handle: libheif.ImageHandle): Promise<Uint8Array | undefined> {
  const { heif_colorspace, heif_chroma, heif_channel } = libheif;
  const decoded = await libheif.heif_js_decode_image2(
    handle,
    heif_colorspace.heif_colorspace_RGB,
    heif_chroma.heif_chroma_interleaved_RGB,
  );
  if (isFailure(decoded)) return undefined;
  try {
    const channel = decoded.channels.find(({ id }) => id === heif_channel.heif_channel_interleaved);
    if (channel === undefined) return undefined;
    const rowBytes = decoded.width * 3;
    const rgb = new Uint8Array(rowBytes * decoded.height);
    for (let y = 0; y < decoded.height; y++) {
      rgb.set(channel.data.subarray(y * channel.stride, y * channel.stride + rowBytes), y * rowBytes);
    }
    return rgb;
  } finally {
    libheif.heif_image_release(decoded.image);
  }
}

function isFailure(value: object): value is libheif.Failure {
  return 'code' in value;
}
