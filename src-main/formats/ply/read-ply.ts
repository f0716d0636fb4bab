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

/**
 * Reads a binary little-endian PLY: vertices with x, y, z and optionally nx, ny, nz and red, green, blue, of any number types;
 * faces of any size, as fans of triangles. Other elements and properties are skipped.
 *
 * @throws MODEL_UNREADABLE
 */
export function decodePly(bytes: Uint8Array): PlyContent {
  const { elements, start } = parseHeader(bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let content: { positions?: Float32Array; normals?: Float32Array; colors?: Uint8Array; indices?: Uint32Array } = {};
  let at = start;
  try {
    for (const element of elements) {
      const reader = { view, at };
      if (element.name === 'vertex') content = { ...content, ...readVertices(reader, element) };
      else if (element.name === 'face') content = { ...content, indices: readFaces(reader, element) };
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
  return { ...content, positions: content.positions };
}

const unreadable = (message: string) => new StudioError('MODEL_UNREADABLE', { message });

function parseHeader(bytes: Uint8Array): { elements: Element[]; start: number } {
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
  return { elements, start };
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

function readFaces(reader: Reader, { count, properties }: Element): Uint32Array {
  const indices: number[] = [];
  for (let i = 0; i < count; i++) {
    for (const property of properties) {
      const corners = readProperty(reader, property);
      if (property.name !== 'vertex_indices' && property.name !== 'vertex_index') continue;
      for (let k = 2; k < corners.length; k++) indices.push(corners[0]!, corners[k - 1]!, corners[k]!);
    }
  }
  return Uint32Array.from(indices);
}
