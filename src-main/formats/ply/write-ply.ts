import { StudioError } from '../../../src-shared/errors/studio-error.js';

/** What a PLY file of ours may hold; a point cloud has no indices. */
export interface PlyContent {
  /** Float32Array[n*3]. */
  readonly positions: Float32Array;
  /** Float32Array[n*3], unit. */
  readonly normals?: Float32Array;
  /** Uint8Array[n*3], RGB. */
  readonly colors?: Uint8Array;
  /** Uint32Array[m*3], triangles. */
  readonly indices?: Uint32Array;
}

/**
 * A binary little-endian PLY (Turk 1994): vertices with x, y, z, then nx, ny, nz and red, green, blue where given; triangles as
 * `vertex_indices` (uchar count, int).
 *
 * @returns chunks to write one after the other
 * @throws INTERNAL when the arrays' lengths do not agree
 */
export function encodePly({ positions, normals, colors, indices }: PlyContent): Uint8Array[] {
  const count = positions.length / 3;
  for (const array of [normals, colors]) {
    if (array && array.length !== positions.length)
      throw new StudioError('INTERNAL', { message: 'PLY: uneven arrays' });
  }
  const properties = [
    ...['x', 'y', 'z'].map((name) => `property float ${name}`),
    ...(normals ? ['nx', 'ny', 'nz'] : []).map((name) => `property float ${name}`),
    ...(colors ? ['red', 'green', 'blue'] : []).map((name) => `property uchar ${name}`),
  ];
  const faces = indices ? [`element face ${indices.length / 3}`, 'property list uchar int vertex_indices'] : [];
  const header = [
    'ply',
    'format binary_little_endian 1.0',
    `element vertex ${count}`,
    ...properties,
    ...faces,
    'end_header',
  ];
  const chunks: Uint8Array[] = [Buffer.from(`${header.join('\n')}\n`, 'latin1')];

  const stride = 12 + (normals ? 12 : 0) + (colors ? 3 : 0);
  for (let start = 0; start < count; start += CHUNK_ELEMENTS) {
    const end = Math.min(count, start + CHUNK_ELEMENTS);
    const bytes = new Uint8Array((end - start) * stride);
    const view = new DataView(bytes.buffer);
    for (let i = start, at = 0; i < end; i++) {
      for (let k = 0; k < 3; k++, at += 4) view.setFloat32(at, positions[i * 3 + k]!, true);
      if (normals) for (let k = 0; k < 3; k++, at += 4) view.setFloat32(at, normals[i * 3 + k]!, true);
      if (colors) for (let k = 0; k < 3; k++, at++) bytes[at] = colors[i * 3 + k]!;
    }
    chunks.push(bytes);
  }
  if (indices) {
    const bytes = new Uint8Array((indices.length / 3) * 13);
    const view = new DataView(bytes.buffer);
    for (let i = 0, at = 0; i < indices.length; i += 3, at += 13) {
      bytes[at] = 3;
      for (let k = 0; k < 3; k++) view.setInt32(at + 1 + k * 4, indices[i + k]!, true);
    }
    chunks.push(bytes);
  }
  return chunks;
}

const CHUNK_ELEMENTS = 1 << 18;
