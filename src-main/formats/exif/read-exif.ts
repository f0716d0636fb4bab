import ExifReader from 'exifreader';

/** What Atlas uses of a photo's EXIF. Values that are absent, zero or nonsense are undefined. */
export interface PhotoExif {
  readonly make?: string;
  readonly model?: string;
  readonly lens?: string;
  /** ISO 8601 without zone, as the camera's clock had it. */
  readonly capturedAt?: string;
  /** 1..8; 1 where it is not said. */
  readonly orientation: number;
  readonly focalLengthMm?: number;
  readonly focalLength35mm?: number;
  /** Longer side of the sensor, mm, from the FocalPlaneResolution tags and the size of the photo that the camera wrote. */
  readonly sensorLongSideMm?: number;
  readonly exposureSeconds?: number;
  /** Focal length by aperture. */
  readonly fNumber?: number;
  readonly iso?: number;
}

/** Millimetres of the units of FocalPlaneResolutionUnit: inch, centimetre, millimetre, micrometre. */
const RESOLUTION_UNIT_MM: Readonly<Record<number, number>> = { 2: 25.4, 3: 10, 4: 1, 5: 0.001 };
/** From a phone's smallest sensor to medium format; values outside are mistakes of the writer. */
const SENSOR_LONG_SIDE_RANGE_MM = [2.5, 70] as const;

/** What the reader puts in place of a value that it cannot read. */
const FAULTY = '<faulty value>';

type Tag = { readonly value?: unknown; readonly description?: unknown };

/**
 * Reads the EXIF of a JPEG, PNG, WebP, TIFF, HEIC or AVIF file. Broken EXIF is as good as none.
 *
 * @param bytes the whole file
 */
export function readExif(bytes: Uint8Array): PhotoExif {
  const tags = loadTags(bytes);
  const number = (name: string) => positive(tags[name]);
  const text = (name: string) => plainText(tags[name]);
  const orientation = number('Orientation') ?? 1;
  const fields = {
    make: text('Make'),
    model: text('Model'),
    lens: text('LensModel'),
    capturedAt: isoDate(text('DateTimeOriginal') ?? text('DateTimeDigitized') ?? text('DateTime')),
    focalLengthMm: number('FocalLength'),
    focalLength35mm: number('FocalLengthIn35mmFilm'),
    sensorLongSideMm: sensorLongSide(number),
    exposureSeconds: number('ExposureTime'),
    fNumber: number('FNumber'),
    iso: number('ISOSpeedRatings'),
  };
  const known = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  return { ...known, orientation: orientation <= 8 ? orientation : 1 };
}

function loadTags(bytes: Uint8Array): Readonly<Record<string, Tag>> {
  try {
    // A copy: the reader wants an ArrayBuffer, and a Buffer's may be a shared slab.
    const { exif } = ExifReader.load(new Uint8Array(bytes).buffer, { expanded: true, includeUnknown: false });
    return (exif ?? {}) as Readonly<Record<string, Tag>>;
  } catch {
    return {};
  }
}

/** A tag's value: a number, or a rational as [numerator, denominator]. */
function positive(tag: Tag | undefined): number | undefined {
  const value = tag?.value;
  const parts = Array.isArray(value) ? value : [value];
  const number = parts.length === 2 ? Number(parts[0]) / Number(parts[1]) : Number(parts[0]);
  return Number.isFinite(number) && number > 0 ? number : undefined;
}

function plainText(tag: Tag | undefined): string | undefined {
  const value = Array.isArray(tag?.value) ? tag.value[0] : tag?.value;
  if (typeof value !== 'string') return undefined;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: cameras pad with zeros
  const text = value.replace(/[\u0000-\u001f]/g, ' ').trim();
  return text === '' || text === FAULTY ? undefined : text.slice(0, 100);
}

function isoDate(text: string | undefined): string | undefined {
  const match = text?.match(/^(\d{4}):(\d\d):(\d\d) (\d\d:\d\d:\d\d)/);
  return match && match[1] !== '0000' ? `${match[1]}-${match[2]}-${match[3]}T${match[4]}` : undefined;
}

function sensorLongSide(number: (name: string) => number | undefined): number | undefined {
  const unitMm = RESOLUTION_UNIT_MM[number('FocalPlaneResolutionUnit') ?? 2];
  const sides = (['X', 'Y'] as const).map((axis) => {
    const pixels = number(`Pixel${axis}Dimension`);
    const resolution = number(`FocalPlane${axis}Resolution`);
    return pixels && resolution && unitMm ? (pixels / resolution) * unitMm : 0;
  });
  const [min, max] = SENSOR_LONG_SIDE_RANGE_MM;
  const longSide = Math.max(...sides);
  return longSide >= min && longSide <= max ? longSide : undefined;
}
