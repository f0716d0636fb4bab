/** Cells along each side of the table that finds the nearest direction. */
const TABLE_SIZE = 64;

/** Unit vectors spread evenly over the sphere (spherical Fibonacci lattice), and the nearest of them to any other. */
export class SphereDirections {
  readonly #vectors: Float64Array;
  /** Nearest direction of each cell of the octahedral map (Cigolle et al., "Survey of efficient representations", JCGT 2014). */
  readonly #table = new Uint16Array(TABLE_SIZE * TABLE_SIZE);

  constructor(readonly count: number) {
    this.#vectors = new Float64Array(count * 3);
    const goldenAngle = Math.PI * (3 - Math.sqrt(5));
    for (let i = 0; i < count; i++) {
      const z = 1 - (2 * i + 1) / count;
      const radius = Math.sqrt(1 - z * z);
      this.#vectors.set([radius * Math.cos(goldenAngle * i), radius * Math.sin(goldenAngle * i), z], i * 3);
    }
    for (let row = 0; row < TABLE_SIZE; row++) {
      for (let column = 0; column < TABLE_SIZE; column++) {
        this.#table[row * TABLE_SIZE + column] = this.#search(...octahedralCell(column, row));
      }
    }
  }

  /** Index of the direction nearest to a unit vector, to within a cell of the table (about 2 degrees). */
  nearest(x: number, y: number, z: number): number {
    const sum = Math.abs(x) + Math.abs(y) + Math.abs(z);
    if (sum === 0) return 0;
    let u = x / sum;
    let v = y / sum;
    if (z < 0) {
      const folded = (1 - Math.abs(v)) * (u >= 0 ? 1 : -1);
      v = (1 - Math.abs(u)) * (v >= 0 ? 1 : -1);
      u = folded;
    }
    const column = Math.min(TABLE_SIZE - 1, Math.floor((u * 0.5 + 0.5) * TABLE_SIZE));
    const row = Math.min(TABLE_SIZE - 1, Math.floor((v * 0.5 + 0.5) * TABLE_SIZE));
    return this.#table[row * TABLE_SIZE + column]!;
  }

  /** Cosine of the angle between two directions. */
  cosine(i: number, j: number): number {
    const vectors = this.#vectors;
    return (
      vectors[i * 3]! * vectors[j * 3]! +
      vectors[i * 3 + 1]! * vectors[j * 3 + 1]! +
      vectors[i * 3 + 2]! * vectors[j * 3 + 2]!
    );
  }

  #search(x: number, y: number, z: number): number {
    let nearest = 0;
    let highest = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < this.count; i++) {
      const cosine = x * this.#vectors[i * 3]! + y * this.#vectors[i * 3 + 1]! + z * this.#vectors[i * 3 + 2]!;
      if (cosine <= highest) continue;
      highest = cosine;
      nearest = i;
    }
    return nearest;
  }
}

/** A vector through the centre of a cell of the octahedral map. */
function octahedralCell(column: number, row: number): [number, number, number] {
  let u = ((column + 0.5) / TABLE_SIZE) * 2 - 1;
  let v = ((row + 0.5) / TABLE_SIZE) * 2 - 1;
  const z = 1 - Math.abs(u) - Math.abs(v);
  if (z < 0) {
    const folded = (1 - Math.abs(v)) * (u >= 0 ? 1 : -1);
    v = (1 - Math.abs(u)) * (v >= 0 ? 1 : -1);
    u = folded;
  }
  return [u, v, z];
}
