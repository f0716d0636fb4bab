import type { Mesh } from '../../../../src-shared/scene/mesh.js';
import { faceNormals } from '../../../geometry/face-normals.js';
import type { SplitMesh } from '../blending/fill-unseen.js';
import { packCharts } from './pack-charts.js';
import { type FlatCharts, parametrizeCharts } from './parametrize-charts.js';
import { segmentCharts } from './segment-charts.js';

/** A mesh with texture coordinates. All arrays are in shared memory. */
export interface TextureMesh {
  readonly mesh: SplitMesh;
  readonly charts: FlatCharts;
  readonly texelsPerUnit: number;
}

/** A triangle with less than this part of the mean area shows nothing, and its direction is rounding. */
const MIN_RELATIVE_AREA = 1e-9;

/** The mesh without the triangles that have no area: they have no place in a texture. */
function withoutFlatTriangles({ positions, indices }: Mesh): Mesh {
  const { areas } = faceNormals({ positions, indices });
  const limit = (MIN_RELATIVE_AREA * areas.reduce((sum, area) => sum + area, 0)) / areas.length;
  return { positions, indices: indices.filter((_, corner) => areas[Math.floor(corner / 3)]! > limit) };
}

/** Cuts the surface into charts, flattens and packs them, and splits the vertices along their borders. */
export async function makeTextureMesh(
  source: Mesh,
  options: { readonly textureSizePx: number; readonly paddingPx: number },
): Promise<TextureMesh> {
  const solid = withoutFlatTriangles(source);
  const charts = parametrizeCharts(solid, segmentCharts(solid));
  const { uvs, texelsPerUnit } = await packCharts(charts, options);
  const positions = new Float32Array(new SharedArrayBuffer(charts.sourceVertices.length * 12));
  for (const [i, vertex] of charts.sourceVertices.entries()) {
    positions.set(source.positions.subarray(vertex * 3, vertex * 3 + 3), i * 3);
  }
  const indices = new Uint32Array(new SharedArrayBuffer(charts.indices.byteLength));
  indices.set(charts.indices);
  return { mesh: { positions, indices, uvs, sourceVertices: charts.sourceVertices }, charts, texelsPerUnit };
}
