import type { Mesh } from '../../../../src-shared/scene/mesh.js';
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

/** Cuts the surface into charts, flattens and packs them, and splits the vertices along their borders. */
export async function makeTextureMesh(
  source: Mesh,
  options: { readonly textureSizePx: number; readonly paddingPx: number },
): Promise<TextureMesh> {
  const charts = parametrizeCharts(source, segmentCharts(source));
  const { uvs, texelsPerUnit } = await packCharts(charts, options);
  const positions = new Float32Array(new SharedArrayBuffer(charts.sourceVertices.length * 12));
  for (const [i, vertex] of charts.sourceVertices.entries()) {
    positions.set(source.positions.subarray(vertex * 3, vertex * 3 + 3), i * 3);
  }
  const indices = new Uint32Array(new SharedArrayBuffer(charts.indices.byteLength));
  indices.set(charts.indices);
  return { mesh: { positions, indices, uvs, sourceVertices: charts.sourceVertices }, charts, texelsPerUnit };
}
