/** A camera to take photos with. Sizes are those of the upright photo. */
export interface Lens {
  readonly width: number;
  readonly height: number;
  /** True focal length, as 35 mm equivalent by diagonal. EXIF says it rounded to whole millimetres, as cameras do. */
  readonly focal35mm: number;
  /** Principal point from the middle of the photo, in shares of the width. */
  readonly offsetX: number;
  readonly offsetY: number;
  /** Radial distortion: (1 + k1 r^2 + k2 r^4) on the image plane at distance 1. */
  readonly k1: number;
  readonly k2: number;
  readonly make: string;
  readonly model: string;
  /** EXIF orientation: 1, or 3, 6, 8 to store the photo turned, as a camera held on its side does. */
  readonly orientation: 1 | 3 | 6 | 8;
}

export interface CaptureOptions {
  readonly photos: number;
  /** Longer side of the photos, pixels (4:3), where `lenses` are not given. */
  readonly sizePx: number;
  readonly seed: number;
  readonly object: 'elephant' | 'vase';
  /**
   * How the photographer moves: around the object in rings; turning on the spot; not at all.
   * `blank`: around, in a room without anything but bare walls.
   */
  readonly path: 'rings' | 'rotation' | 'still' | 'blank';
  /** Used in turn; by default one phone-like camera. */
  readonly lenses?: readonly Lens[];
  /** Standard deviation of the exposure between photos, stops. */
  readonly exposureJitterStops: number;
  /** Standard deviation of the sensor's noise at full brightness, share of full scale; shot noise, so less in the dark. */
  readonly noise: number;
  /** Standard deviation of the blur, pixels. */
  readonly blurPx: number;
  /** Samples along a pixel's side. */
  readonly supersampling: number;
  readonly jpegQuality: number;
  readonly exif: boolean;
}

export const CAPTURE_DEFAULTS: CaptureOptions = {
  photos: 24,
  sizePx: 1024,
  seed: 1,
  object: 'elephant',
  path: 'rings',
  exposureJitterStops: 0.12,
  noise: 0.012,
  blurPx: 0.5,
  supersampling: 2,
  jpegQuality: 92,
  exif: true,
};

/** A phone's main camera: a little barrel distortion, principal point a little off, EXIF focal length wrong by 1.5 %. */
export function defaultLens(sizePx: number): Lens {
  return {
    width: sizePx,
    height: Math.round(sizePx * 0.75),
    focal35mm: 39.4,
    offsetX: 0.003,
    offsetY: -0.002,
    k1: -0.055,
    k2: 0.018,
    make: 'Atlas',
    model: 'Synthetic Phone',
    orientation: 1,
  };
}
