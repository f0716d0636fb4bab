import { BufferAttribute, type BufferGeometry, Color, SRGBColorSpace, type Texture } from 'three';

const MAX_PX = 4096;

/** Gives each vertex the colour that the texture has there. Works where a canvas does: in a page. */
export function addVertexColors(geometry: BufferGeometry, map: Texture | null): void {
  const uv = geometry.getAttribute('uv');
  const image = map?.image as (CanvasImageSource & { readonly width: number; readonly height: number }) | undefined;
  if (!uv || !image) return;
  const shrink = Math.min(1, MAX_PX / Math.max(image.width, image.height));
  const width = Math.max(1, Math.round(image.width * shrink));
  const height = Math.max(1, Math.round(image.height * shrink));
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  if (!context) return;
  context.drawImage(image, 0, 0, width, height);
  const { data } = context.getImageData(0, 0, width, height);
  const colors = new Float32Array(uv.count * 3);
  const color = new Color();
  for (let i = 0; i < uv.count; i++) {
    const x = Math.min(width - 1, Math.max(0, Math.floor(uv.getX(i) * width)));
    const y = Math.min(height - 1, Math.max(0, Math.floor(uv.getY(i) * height)));
    const at = (y * width + x) * 4;
    color
      .setRGB((data[at] ?? 0) / 255, (data[at + 1] ?? 0) / 255, (data[at + 2] ?? 0) / 255, SRGBColorSpace)
      .toArray(colors, i * 3);
  }
  geometry.setAttribute('color', new BufferAttribute(colors, 3));
}
