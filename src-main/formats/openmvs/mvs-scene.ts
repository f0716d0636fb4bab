/**
 * The scene that OpenMVS exchanges with other programs (`.mvs` with the mark "MVSI"), as its Interface.h defines it: little-endian,
 * strings and lists behind a count of 8 bytes. Cameras, poses and images are read; what follows them is kept as it is.
 */
import { StudioError } from '../../../src-shared/errors/studio-error.js';
import { ByteReader, ByteWriter } from './mvs-bytes.js';

/** The newest version whose fields are known here. OpenMVS reads those up to its own. */
const NEWEST_VERSION = 7;
const MARK = 'MVSI';
/** `NO_ID`. */
export const NO_ID = 0xffff_ffff;

export interface MvsCamera {
  readonly name: string;
  readonly bandName: string;
  /** 0 where K is normalised by the longer side. */
  readonly width: number;
  readonly height: number;
  /** [9], row-major; pixels are counted from the centre of the first one. */
  readonly K: readonly number[];
  /** Relative to the platform: [9] and [3]. */
  readonly R: readonly number[];
  readonly C: readonly number[];
}

export interface MvsPose {
  /** [9], row-major, world to camera. */
  readonly R: readonly number[];
  /** [3], centre in the world. */
  readonly C: readonly number[];
}

export interface MvsPlatform {
  readonly name: string;
  readonly cameras: readonly MvsCamera[];
  readonly poses: readonly MvsPose[];
}

export interface MvsImage {
  /** Relative to the working folder of the programs. */
  readonly name: string;
  /** Empty without one. */
  readonly maskName: string;
  readonly platformId: number;
  readonly cameraId: number;
  /** {@link NO_ID} without a pose. */
  readonly poseId: number;
  readonly id: number;
  /** Depths and neighbours (from version 7), as they are. */
  readonly scores: Uint8Array;
}

export interface MvsScene {
  readonly version: number;
  readonly platforms: readonly MvsPlatform[];
  readonly images: readonly MvsImage[];
  /** All that follows: points, lines, transform, region. */
  readonly rest: Uint8Array;
}

/** @throws TOOL_OUTPUT_UNREADABLE */
export function decodeMvsScene(bytes: Uint8Array): MvsScene {
  const reader = new ByteReader(bytes);
  try {
    if (reader.text(4) !== MARK) throw unreadable('The file is not a scene of OpenMVS.');
    const version = reader.u32();
    reader.u32(); // reserved
    if (version > NEWEST_VERSION) throw unreadable(`Scenes of OpenMVS of version ${version} are not supported.`);
    const platforms = reader.list(() => ({
      name: reader.string(),
      cameras: reader.list(() => readCamera(reader, version)),
      poses: reader.list(() => ({ R: reader.doubles(9), C: reader.doubles(3) })),
    }));
    const images = reader.list(() => readImage(reader, version));
    return { version, platforms, images, rest: reader.remaining() };
  } catch (cause) {
    if (cause instanceof RangeError) throw unreadable('A scene of OpenMVS is too short.');
    throw cause;
  }
}

const unreadable = (message: string) => new StudioError('TOOL_OUTPUT_UNREADABLE', { message });

function readCamera(reader: ByteReader, version: number): MvsCamera {
  const name = reader.string();
  const bandName = version > 3 ? reader.string() : '';
  const [width, height] = version > 0 ? [reader.u32(), reader.u32()] : [0, 0];
  return { name, bandName, width, height, K: reader.doubles(9), R: reader.doubles(9), C: reader.doubles(3) };
}

/** Three depths; then a score is two integers and four floats. */
const DEPTH_BYTES = 12;
const SCORE_BYTES = 24;

function readImage(reader: ByteReader, version: number): MvsImage {
  const name = reader.string();
  const maskName = version > 4 ? reader.string() : '';
  const [platformId, cameraId, poseId] = [reader.u32(), reader.u32(), reader.u32()];
  const id = version > 2 ? reader.u32() : NO_ID;
  const scores = version > 6 ? reader.block(DEPTH_BYTES, SCORE_BYTES) : new Uint8Array(0);
  return { name, maskName, platformId, cameraId, poseId, id, scores };
}

/** The inverse of {@link decodeMvsScene}: what was read is written byte by byte the same. */
export function encodeMvsScene({ version, platforms, images, rest }: MvsScene): Uint8Array {
  const writer = new ByteWriter();
  writer.text(MARK);
  writer.u32(version);
  writer.u32(0);
  writer.list(platforms, ({ name, cameras, poses }) => {
    writer.string(name);
    writer.list(cameras, (camera) => {
      writer.string(camera.name);
      if (version > 3) writer.string(camera.bandName);
      if (version > 0) for (const size of [camera.width, camera.height]) writer.u32(size);
      for (const values of [camera.K, camera.R, camera.C]) writer.doubles(values);
    });
    writer.list(poses, ({ R, C }) => {
      writer.doubles(R);
      writer.doubles(C);
    });
  });
  writer.list(images, (image) => {
    writer.string(image.name);
    if (version > 4) writer.string(image.maskName);
    for (const id of [image.platformId, image.cameraId, image.poseId]) writer.u32(id);
    if (version > 2) writer.u32(image.id);
    if (version > 6) writer.bytes(image.scores);
  });
  writer.bytes(rest);
  return writer.finish();
}
