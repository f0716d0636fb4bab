import { StudioError } from '../../../src-shared/errors/studio-error.js';
import type { PlyContent } from './write-ply.js';

const TYPE_BYTES: Readonly<Record<string, number>> = {
  char: 1,
  uchar: 1,
  int8: 1,
  uint8: 1,
  short: 2,
  ushort: 2,
  int16: 2,
  uint16: 2,
  int: 4,
  uint: 4,
  int32: 4,
  uint32: 4,
  float: 4,
  float32: 4,
  double: 8,
  float64: 8,
};

interface Property {
  readonly name: string;
  readonly type: string;
  /** Type of the count of a list property. */
  readonly countType: string | undefined;
}

interface Element {
  readonly name: string;
  readonly count: number;
  readonly properties: readonly Property[];
}

/** What a PLY file of others may hold besides. */
export interface ReadPly extends PlyContent {
  /** Float32Array[m*6], u and v of each triangle's corners as they are in the file; absent when a face has none. */
  readonly texcoords?: Float32Array;
  /** Uint32Array[m], `texnumber` of each triangle; absent without. */
  readonly textureNumbers?: Uint32Array;
  /** Without the word itself; absent where there are none. */
  readonly comments?: readonly string[];
}

/**
 * Reads a binary little-endian PLY: vertices with x, y, z and optionally nx, ny, nz and red, green, blue, of any number types;
 * faces of any size, as fans of triangles, optionally with texture coordinates. Other elements and properties are skipped.
 *
 * @throws MODEL_UNREADABLE
 */
export function decodePly(bytes: Uint8Array): ReadPly {
  const { elements, comments, start } = parseHeader(bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let content: Partial<ReadPly> = {};
  let at = start;
  try {
    for (const element of elements) {
      const reader = { view, at };
      if (element.name === 'vertex') content = { ...content, ...readVertices(reader, element) };
      else if (element.name === 'face') content = { ...content, ...readFaces(reader, element) };
      else
        for (let i = 0; i < element.count; i++)
          for (const property of element.properties) readProperty(reader, property);
      at = reader.at;
    }
  } catch (cause) {
    if (cause instanceof RangeError) throw unreadable('The PLY file is too short.');
    throw cause;
  }
  if (!content.positions) throw unreadable('The PLY file has no vertices.');
  return { ...content, positions: content.positions, ...(comments.length > 0 && { comments }) };
}

const unreadable = (message: string) => new StudioError('MODEL_UNREADABLE', { message });

function parseHeader(bytes: Uint8Array): { elements: Element[]; comments: string[]; start: number } {
  const end = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).indexOf('end_header');
  if (end < 0) throw unreadable('The file is not a PLY file.');
  let start = end + 'end_header'.length;
  if (bytes[start] === 13) start++;
  start++; // line feed
  const lines = Buffer.from(bytes.subarray(0, end)).toString('latin1').split(/\r?\n/);
  if (lines[0] !== 'ply' || !lines.some((line) => line.trim() === 'format binary_little_endian 1.0')) {
    throw unreadable('Only binary little-endian PLY files can be read.');
  }
  const elements: { name: string; count: number; properties: Property[] }[] = [];
  for (const line of lines) {
    const words = line.trim().split(/\s+/);
    if (words[0] === 'element') elements.push({ name: words[1] ?? '', count: Number(words[2]), properties: [] });
    if (words[0] !== 'property') continue;
    const isList = words[1] === 'list';
    const [type = '', name = ''] = isList ? words.slice(3) : words.slice(1);
    const countType = isList ? words[2] : undefined;
    if (!(type in TYPE_BYTES) || (countType !== undefined && !(countType in TYPE_BYTES))) {
      throw unreadable(`The PLY file has a property that cannot be read: ${line}`);
    }
    elements.at(-1)?.properties.push({ name, type, countType });
  }
  const comments = lines
    .filter((line) => line.startsWith('comment '))
    .map((line) => line.slice('comment '.length).trim());
  return { elements, comments, start };
}

interface Reader {
  readonly view: DataView;
  at: number;
}

function readNumber(reader: Reader, type: string): number {
  const { view, at } = reader;
  reader.at += TYPE_BYTES[type]!;
  switch (type) {
    case 'char':
    case 'int8':
      return view.getInt8(at);
    case 'uchar':
    case 'uint8':
      return view.getUint8(at);
    case 'short':
    case 'int16':
      return view.getInt16(at, true);
    case 'ushort':
    case 'uint16':
      return view.getUint16(at, true);
    case 'int':
    case 'int32':
      return view.getInt32(at, true);
    case 'uint':
    case 'uint32':
      return view.getUint32(at, true);
    case 'float':
    case 'float32':
      return view.getFloat32(at, true);
    default:
      return view.getFloat64(at, true);
  }
}

function readProperty(reader: Reader, { type, countType }: Property): number[] {
  const count = countType === undefined ? 1 : readNumber(reader, countType);
  return Array.from({ length: count }, () => readNumber(reader, type));
}

const ATTRIBUTES = ['x', 'y', 'z', 'nx', 'ny', 'nz', 'red', 'green', 'blue'];

function readVertices(reader: Reader, { count, properties }: Element) {
  const has = (names: readonly string[]) =>
    names.every((name) => properties.some((property) => property.name === name));
  const positions = new Float32Array(count * 3);
  const normals = has(ATTRIBUTES.slice(3, 6)) ? new Float32Array(count * 3) : undefined;
  const colors = has(ATTRIBUTES.slice(6)) ? new Uint8Array(count * 3) : undefined;
  const targets = [positions, normals, colors];
  const slots = properties.map(({ name }) => ATTRIBUTES.indexOf(name));
  for (let i = 0; i < count; i++) {
    for (const [index, property] of properties.entries()) {
      const slot = slots[index]!;
      if (slot < 0 || property.countType !== undefined) {
        readProperty(reader, property);
        continue;
      }
      const value = readNumber(reader, property.type);
      const target = targets[Math.floor(slot / 3)];
      if (target) target[i * 3 + (slot % 3)] = value;
    }
  }
  return { positions, ...(normals && { normals }), ...(colors && { colors }) };
}

function readFaces(reader: Reader, { count, properties }: Element) {
  const indices: number[] = [];
  const texcoords: number[] = [];
  const textureNumbers: number[] = [];
  for (let i = 0; i < count; i++) {
    let corners: number[] = [];
    let uvs: number[] = [];
    let texture: number | undefined;
    for (const property of properties) {
      const values = readProperty(reader, property);
      if (property.name === 'vertex_indices' || property.name === 'vertex_index') corners = values;
      else if (property.name === 'texcoord') uvs = values;
      else if (property.name === 'texnumber') texture = values[0];
    }
    for (let k = 2; k < corners.length; k++) {
      for (const corner of [0, k - 1, k]) {
        indices.push(corners[corner]!);
        if (uvs.length === corners.length * 2) texcoords.push(uvs[corner * 2]!, uvs[corner * 2 + 1]!);
      }
      if (texture !== undefined) textureNumbers.push(texture);
    }
  }
  return {
    indices: Uint32Array.from(indices),
    ...(texcoords.length > 0 && texcoords.length === indices.length * 2 && { texcoords: Float32Array.from(texcoords) }),
    ...(textureNumbers.length > 0 && { textureNumbers: Uint32Array.from(textureNumbers) }),
  };
}
