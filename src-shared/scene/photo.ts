/** A photo that import accepted. Sizes are those of the upright photo (EXIF orientation applied). */
export interface Photo {
  /** Index in the sorted list of accepted photos, 0-based; every later stage refers to photos by it. */
  readonly photoId: number;
  /** Name shown to people and written to images.txt: unique, relative, no line breaks. Never used as a path. */
  readonly name: string;
  /** Absolute path of the file to decode: the original, or a lossless conversion where sharp cannot read it (HEIC). */
  readonly path: string;
  /** Hex SHA-256 of the original file. */
  readonly sha256: string;
  readonly width: number;
  readonly height: number;
  readonly cameraId: number;
  /** Absolute path of the mask (8-bit grey PNG, 0 or 255; white = object; the upright photo's proportions), if any. */
  readonly maskPath?: string;
  /** Hex SHA-256 of the user's mask file, so that a changed mask changes what later stages compute. */
  readonly maskSha256?: string;
  /** Capture time from EXIF, ISO 8601 without zone, if known. */
  readonly capturedAt?: string;
  readonly make?: string;
  readonly model?: string;
  /** Variance of the Laplacian at a fixed scale; higher is sharper. */
  readonly sharpness: number;
}

/** A photo that was left out, and why. */
export interface RejectedPhoto {
  readonly name: string;
  /** A code of `src-shared/errors/error-codes.ts`. */
  readonly code: string;
  /** One sentence for people. */
  readonly reason: string;
}

/** Something a person should know although the run goes on. */
export interface Warning {
  /** A code of `src-shared/errors/error-codes.ts`. */
  readonly code: string;
  readonly message: string;
  /** Names of the photos concerned. */
  readonly photos?: readonly string[];
}
