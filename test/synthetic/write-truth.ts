import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ObjectMesh } from './objects/extract-mesh.js';
import { principalPoint, type TrueCamera, translationOf } from './true-camera.js';

/** Writes the true cameras as a COLMAP text model without points. */
export async function writeTrueCameras(folder: string, names: readonly string[], cameras: readonly TrueCamera[]) {
  const lenses = [...new Set(cameras.map(({ lens }) => lens))];
  const cameraLines = lenses.map((lens, index) => {
    const camera = cameras.find((candidate) => candidate.lens === lens)!;
    const parameters = [camera.focalPx, ...principalPoint(camera), lens.k1, lens.k2];
    return `${index + 1} RADIAL ${lens.width} ${lens.height} ${parameters.join(' ')}`;
  });
  const imageLines = cameras.flatMap((camera, index) => {
    const pose = [...quaternionOf(camera), ...translationOf(camera)].join(' ');
    return [`${index + 1} ${pose} ${lenses.indexOf(camera.lens) + 1} ${names[index]}`, ''];
  });
  await writeFile(join(folder, 'cameras.txt'), `# CAMERA_ID MODEL WIDTH HEIGHT PARAMS\n${cameraLines.join('\n')}\n`);
  await writeFile(
    join(folder, 'images.txt'),
    `# IMAGE_ID QW QX QY QZ TX TY TZ CAMERA_ID NAME, then its points (none)\n${imageLines.join('\n')}\n`,
  );
  await writeFile(join(folder, 'points3D.txt'), '# none\n');
}

/** w, x, y, z of the rotation from world to camera; by the largest of the four, so that nothing is divided by zero. */
function quaternionOf({ right, down, forward }: TrueCamera): number[] {
  const [[a, b, c], [d, e, f], [g, h, i]] = [right, down, forward];
  const squares = [1 + a + e + i, 1 + a - e - i, 1 - a + e - i, 1 - a - e + i];
  const largest = squares.indexOf(Math.max(...squares));
  const rows = [
    [squares[0]!, h - f, c - g, d - b],
    [h - f, squares[1]!, b + d, c + g],
    [c - g, b + d, squares[2]!, f + h],
    [d - b, c + g, f + h, squares[3]!],
  ];
  const row = rows[largest]!;
  const length = Math.hypot(...row);
  return row.map((value) => (value / length) * (row[0]! < 0 ? -1 : 1));
}

/** A triangle mesh for a PLY file. */
type Triangles = Pick<ObjectMesh, 'positions' | 'indices'>;

/** Writes meshes as one binary PLY; vertices that no triangle uses are left out. */
export async function writePly(path: string, meshes: readonly Triangles[]) {
  const vertices: Float32Array[] = [];
  const faces: Buffer[] = [];
  let vertexCount = 0;
  let faceCount = 0;
  for (const mesh of meshes) {
    const { positions, indices } = withoutUnused(mesh);
    const bytes = Buffer.alloc((indices.length / 3) * 13);
    for (let t = 0, at = 0; t < indices.length; t += 3, at += 13) {
      bytes.writeUInt8(3, at);
      for (let k = 0; k < 3; k++) bytes.writeInt32LE(indices[t + k]! + vertexCount, at + 1 + 4 * k);
    }
    vertices.push(positions);
    faces.push(bytes);
    vertexCount += positions.length / 3;
    faceCount += indices.length / 3;
  }
  const header = [
    'ply',
    'format binary_little_endian 1.0',
    `element vertex ${vertexCount}`,
    ...['x', 'y', 'z'].map((axis) => `property float ${axis}`),
    `element face ${faceCount}`,
    'property list uchar int vertex_indices',
    'end_header\n',
  ].join('\n');
  const blocks = vertices.map((block) => Buffer.from(block.buffer, block.byteOffset, block.byteLength));
  await writeFile(path, Buffer.concat([Buffer.from(header, 'latin1'), ...blocks, ...faces]));
}

function withoutUnused({ positions, indices }: Triangles): Triangles {
  const newIndex = new Int32Array(positions.length / 3).fill(-1);
  const kept: number[] = [];
  const renumbered = indices.map((vertex) => {
    if (newIndex[vertex]! < 0) {
      newIndex[vertex] = kept.length / 3;
      kept.push(positions[vertex * 3]!, positions[vertex * 3 + 1]!, positions[vertex * 3 + 2]!);
    }
    return newIndex[vertex]!;
  });
  return { positions: Float32Array.from(kept), indices: renumbered };
}
