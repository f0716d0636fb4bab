import { CanvasTexture, ClampToEdgeWrapping, SRGBColorSpace, type Texture } from 'three';

const SQUARES = 32;
const SQUARE_PX = 32;

/** A checkered texture whose hue tells the place in the atlas: uneven or skewed squares show a stretched texture. */
export function makeChecker(): Texture {
  const canvas = document.createElement('canvas');
  canvas.width = SQUARES * SQUARE_PX;
  canvas.height = canvas.width;
  const context = canvas.getContext('2d');
  if (context) {
    for (let row = 0; row < SQUARES; row++) {
      for (let column = 0; column < SQUARES; column++) {
        const hue = Math.round((360 * column) / SQUARES);
        const light = (row + column) % 2 === 0 ? 72 - (20 * row) / SQUARES : 46 - (14 * row) / SQUARES;
        context.fillStyle = `hsl(${hue} 52% ${light}%)`;
        context.fillRect(column * SQUARE_PX, row * SQUARE_PX, SQUARE_PX, SQUARE_PX);
      }
    }
  }
  const texture = new CanvasTexture(canvas);
  // glTF: v points down.
  texture.flipY = false;
  texture.colorSpace = SRGBColorSpace;
  texture.wrapS = ClampToEdgeWrapping;
  texture.wrapT = ClampToEdgeWrapping;
  texture.anisotropy = 8;
  return texture;
}
