/** The part of libheif-js that Atlas uses (libheif's C interface and its `heif_js_` additions); the package brings no types. */
declare module 'libheif-js/wasm-bundle.js' {
  namespace libheif {
    type Context = { readonly context: unique symbol };
    type ImageHandle = { readonly imageHandle: unique symbol };
    type Image = { readonly image: unique symbol };
    type Code = { readonly code: unique symbol };
    interface Failure {
      readonly code: Code;
      readonly message: string;
    }
    interface Channel {
      readonly id: Code;
      /** Bytes a row. */
      readonly stride: number;
      readonly data: Uint8Array;
    }
    interface Decoded {
      readonly image: Image;
      readonly width: number;
      readonly height: number;
      readonly channels: readonly Channel[];
    }
  }
  const libheif: {
    readonly heif_error_code: { readonly heif_error_Ok: libheif.Code };
    readonly heif_colorspace: { readonly heif_colorspace_RGB: libheif.Code };
    readonly heif_chroma: { readonly heif_chroma_interleaved_RGB: libheif.Code };
    readonly heif_channel: { readonly heif_channel_interleaved: libheif.Code };
    heif_context_alloc(): libheif.Context;
    heif_context_free(context: libheif.Context): void;
    heif_context_read_from_memory(context: libheif.Context, bytes: Uint8Array): libheif.Failure;
    heif_js_context_get_primary_image_handle(context: libheif.Context): libheif.ImageHandle | libheif.Failure;
    heif_image_handle_get_width(handle: libheif.ImageHandle): number;
    heif_image_handle_get_height(handle: libheif.ImageHandle): number;
    heif_image_handle_release(handle: libheif.ImageHandle): void;
    heif_js_decode_image2(
      handle: libheif.ImageHandle,
      colorspace: libheif.Code,
      chroma: libheif.Code,
    ): Promise<libheif.Decoded | libheif.Failure> | libheif.Decoded | libheif.Failure;
    heif_image_release(image: libheif.Image): void;
  };
  // biome-ignore lint/style/noDefaultExport: it is how the package exports itself
  export default libheif;
}
