import * as watlas from 'watlas';
import type { FlatCharts } from './parametrize-charts.js';

/** @param paddingPx texels between charts, at least */
export interface PackChartsOptions {
  readonly textureSizePx: number;
  readonly paddingPx: number;
}

export interface PackedCharts {
  /** Float32Array[n*2], in [0, 1], v down; vertex i is vertex i of the flat charts. */
  readonly uvs: Float32Array;
  /** Texels per world unit. */
  readonly texelsPerUnit: number;
}

/**
 * Places the charts in one square texture (xatlas: bottom-left on a bitmap of the occupied texels).
 *
 * xatlas packs at a resolution that it estimates, and the result may be somewhat larger than asked for; the whole is then scaled to
 * the texture, so the padding asked of xatlas is larger by {@link PADDING_RESERVE}.
 */
export async function packCharts(charts: FlatCharts, options: PackChartsOptions): Promise<PackedCharts> {
  initialized ??= watlas.Initialize();
  await initialized;
  const atlas = new watlas.Atlas();
  try {
    atlas.addUvMesh({
      vertexUvData: Float32Array.from(centred(charts)),
      vertexCount: charts.sourceVertices.length,
      vertexStride: 8,
      indexData: charts.indices,
      indexCount: charts.indices.length,
      faceMaterialData: Uint32Array.from(charts.chartOfFace),
    });
    atlas.computeCharts({}); // which, for given coordinates, only gathers the charts
    atlas.packCharts({
      padding: Math.ceil(options.paddingPx * PADDING_RESERVE),
      resolution: options.textureSizePx,
      bilinear: true,
      rotateCharts: true,
    });
    const scale = 1 / Math.max(atlas.width, atlas.height);
    const mesh = atlas.getMesh(0);
    const uvs = new Float32Array(charts.sourceVertices.length * 2);
    for (let i = 0; i < mesh.vertexCount; i++) {
      const { uv, xref } = mesh.getVertex(i);
      uvs[xref * 2] = Math.min(1, Math.max(0, uv[0] * scale));
      uvs[xref * 2 + 1] = Math.min(1, Math.max(0, uv[1] * scale));
    }
    return { uvs, texelsPerUnit: atlas.texelsPerUnit * scale * options.textureSizePx };
  } finally {
    atlas.delete();
  }
}

const PADDING_RESERVE = 1.25;
let initialized: Promise<void> | undefined;

/** Each chart moved so that its coordinates start at 0: large ones would lose digits as f32. */
function centred({ indices, flat, chartOfFace, chartCount }: FlatCharts): Float64Array {
  const minimum = new Float64Array(chartCount * 2).fill(Number.POSITIVE_INFINITY);
  for (let corner = 0; corner < indices.length; corner++) {
    const at = chartOfFace[Math.floor(corner / 3)]! * 2;
    const vertex = indices[corner]! * 2;
    minimum[at] = Math.min(minimum[at]!, flat[vertex]!);
    minimum[at + 1] = Math.min(minimum[at + 1]!, flat[vertex + 1]!);
  }
  const moved = new Float64Array(flat.length);
  for (let corner = 0; corner < indices.length; corner++) {
    const at = chartOfFace[Math.floor(corner / 3)]! * 2;
    const vertex = indices[corner]! * 2;
    moved[vertex] = flat[vertex]! - minimum[at]!;
    moved[vertex + 1] = flat[vertex + 1]! - minimum[at + 1]!;
  }
  return moved;
}
