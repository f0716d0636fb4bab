import type { TexturedMesh } from '../../../../src-shared/scene/mesh.js';

/** Width of each vertex attribute. */
const WIDTHS = { positions: 3, normals: 3, uvs: 2, tangents: 4 } as const;
type Attribute = keyof typeof WIDTHS;

/** The vertices of a mesh, to which more can be added between others. f64 while it is worked on. */
export class MeshDraft {
  readonly #values: Partial<Record<Attribute, number[]>>;

  constructor(mesh: TexturedMesh) {
    const { positions, normals, uvs, tangents } = mesh;
    this.#values = {
      ...{ positions: Array.from(positions), normals: Array.from(normals), uvs: Array.from(uvs) },
      ...(tangents && { tangents: Array.from(tangents) }),
    };
  }

  get vertexCount(): number {
    return this.#of('positions').length / 3;
  }

  /** `n X + d`. @param offset of (n, d) in `planes` */
  distance(vertex: number, planes: Float64Array, offset: number): number {
    const positions = this.#of('positions');
    const at = vertex * 3;
    return (
      planes[offset]! * positions[at]! +
      planes[offset + 1]! * positions[at + 1]! +
      planes[offset + 2]! * positions[at + 2]! +
      planes[offset + 3]!
    );
  }

  /** Adds a vertex on an edge. @param share 0 at `from`, 1 at `to` @returns its number */
  addBetween(from: number, to: number, share: number): number {
    const vertex = this.vertexCount;
    for (const name of Object.keys(this.#values) as Attribute[]) {
      const values = this.#of(name);
      const width = WIDTHS[name];
      const added = Array.from({ length: width }, (_, k) => {
        const start = values[from * width + k]!;
        return start + share * (values[to * width + k]! - start);
      });
      if (name === 'normals' || name === 'tangents') normalize(added);
      // The sign of the bitangent is no direction.
      if (name === 'tangents') added[3] = values[from * width + 3]!;
      values.push(...added);
    }
    return vertex;
  }

  /** Whether two corners are at one place once they are stored as f32. */
  isCollapsed([a, b, c]: readonly [number, number, number]): boolean {
    return this.#coincide(a, b) || this.#coincide(b, c) || this.#coincide(c, a);
  }

  /** The mesh of some triangles, in shared memory, with the vertices that they use. @param faces three vertices each */
  meshOf(faces: readonly number[]): TexturedMesh {
    const newIndex = new Int32Array(this.vertexCount).fill(-1);
    const used: number[] = [];
    for (const vertex of faces) {
      if (newIndex[vertex] === -1) newIndex[vertex] = used.push(vertex) - 1;
    }
    const pick = (name: Attribute) => {
      const values = this.#of(name);
      const width = WIDTHS[name];
      const picked = new Float32Array(new SharedArrayBuffer(4 * width * used.length));
      used.forEach((vertex, i) => {
        for (let k = 0; k < width; k++) picked[i * width + k] = values[vertex * width + k]!;
      });
      return picked;
    };
    const indices = new Uint32Array(new SharedArrayBuffer(4 * faces.length));
    faces.forEach((vertex, i) => {
      indices[i] = newIndex[vertex]!;
    });
    return {
      ...{ positions: pick('positions'), normals: pick('normals'), uvs: pick('uvs'), indices },
      ...(this.#values.tangents && { tangents: pick('tangents') }),
    };
  }

  #coincide(a: number, b: number): boolean {
    const positions = this.#of('positions');
    return [0, 1, 2].every((k) => Math.fround(positions[a * 3 + k]!) === Math.fround(positions[b * 3 + k]!));
  }

  #of(name: Attribute): number[] {
    return this.#values[name] ?? [];
  }
}

/** Makes the first three numbers of unit length. */
function normalize(vector: number[]): void {
  const length = Math.hypot(vector[0]!, vector[1]!, vector[2]!) || 1;
  for (let k = 0; k < 3; k++) vector[k]! /= length;
}
