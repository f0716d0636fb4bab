import type { Mesh } from '../../../../src-shared/scene/mesh.js';
import { readArrays, writeArrays } from '../../../formats/arrays/array-file.js';
import { fillHoles } from '../../../geometry/mesh/fill-holes.js';
import { type MeshTopology, meshTopology } from '../../../geometry/mesh/topology.js';
import type { SimplifyOptions } from './simplify.js';
import { mendMesh, simplifyMesh } from './simplify-mesh.js';

export interface SimplifyTaskInput {
  /** Absolute path of the mesh file to read, and of the one to write. */
  readonly meshPath: string;
  readonly resultPath: string;
  readonly options: SimplifyOptions;
}

export interface SimplifyTaskOutput {
  readonly denseTriangles: number;
  readonly filledHoles: number;
  readonly topology: MeshTopology;
}

export async function run({ meshPath, resultPath, options }: SimplifyTaskInput): Promise<SimplifyTaskOutput> {
  const { arrays: dense } = await readArrays<Pick<Mesh, keyof Mesh>>(meshPath);
  const { filled, ...whole } = fillHoles(mendMesh(dense), options.maxHoleShare * diagonal(dense.positions));
  const mesh = await simplifyMesh(whole, options.maxTriangles);
  await writeArrays(resultPath, { meta: {}, arrays: { ...mesh } });
  return { denseTriangles: dense.indices.length / 3, filledHoles: filled, topology: meshTopology(mesh) };
}

function diagonal(positions: Float32Array): number {
  const lowest = [Infinity, Infinity, Infinity];
  const highest = [-Infinity, -Infinity, -Infinity];
  positions.forEach((x, i) => {
    lowest[i % 3] = Math.min(lowest[i % 3]!, x);
    highest[i % 3] = Math.max(highest[i % 3]!, x);
  });
  return positions.length > 0 ? Math.hypot(...highest.map((high, k) => high - lowest[k]!)) : 0;
}
