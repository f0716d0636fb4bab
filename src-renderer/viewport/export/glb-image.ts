import { z } from 'zod';

/** An image as a GLB holds it. */
export interface EmbeddedImage {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly extension: 'jpg' | 'png';
}

const index = z.number().int().min(0);
const GltfSchema = z.object({
  materials: z
    .array(
      z.object({ pbrMetallicRoughness: z.object({ baseColorTexture: z.object({ index }).optional() }).optional() }),
    )
    .default([]),
  textures: z.array(z.object({ source: index.optional() })).default([]),
  images: z.array(z.object({ bufferView: index.optional(), mimeType: z.string().optional() })).default([]),
  bufferViews: z.array(z.object({ byteOffset: index.default(0), byteLength: index })).default([]),
});

const HEADER_BYTES = 12;
const CHUNK_HEADER_BYTES = 8;

/**
 * The base colour image of the first material, as it was compressed: nothing is lost by compressing it again.
 *
 * Layout: glTF 2.0, "GLB file format": a header of 12 bytes, then chunks (length, type, content), JSON first, binary second.
 *
 * @returns undefined where there is none
 */
export function baseColorImage(glb: ArrayBuffer): EmbeddedImage | undefined {
  const view = new DataView(glb);
  const jsonBytes = view.getUint32(HEADER_BYTES, true);
  const jsonStart = HEADER_BYTES + CHUNK_HEADER_BYTES;
  const text = new TextDecoder().decode(new Uint8Array(glb, jsonStart, jsonBytes));
  const { materials, textures, images, bufferViews } = GltfSchema.parse(JSON.parse(text));
  const texture = textures[materials[0]?.pbrMetallicRoughness?.baseColorTexture?.index ?? -1];
  const image = images[texture?.source ?? -1];
  const place = bufferViews[image?.bufferView ?? -1];
  if (!image || !place) return undefined;
  const start = jsonStart + jsonBytes + CHUNK_HEADER_BYTES + place.byteOffset;
  return {
    bytes: new Uint8Array(glb.slice(start, start + place.byteLength)),
    extension: image.mimeType === 'image/png' ? 'png' : 'jpg',
  };
}
