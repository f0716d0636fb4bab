import type { ObjectMesh } from './objects/extract-mesh.js';
import { TABLE } from './render/surroundings.js';

const RINGS = 90;
const SECTORS = 360;

/** The table's top and rim as triangles, for the truth of what photos see besides the object. */
export function tableMesh(): ObjectMesh {
  const positions: number[] = [];
  const normals: number[] = [];
  for (let ring = 0; ring <= RINGS + 1; ring++) {
    const rim = ring > RINGS;
    const radius = TABLE.radius * Math.min(1, Math.max(1e-4, ring / RINGS));
    for (let sector = 0; sector < SECTORS; sector++) {
      const angle = (2 * Math.PI * sector) / SECTORS;
      positions.push(radius * Math.cos(angle), radius * Math.sin(angle), rim ? -TABLE.thickness : 0);
      normals.push(...(rim ? [Math.cos(angle), Math.sin(angle), 0] : [0, 0, 1]));
    }
  }
  const indices: number[] = [];
  for (let ring = 0; ring <= RINGS; ring++) {
    for (let sector = 0; sector < SECTORS; sector++) {
      const next = (sector + 1) % SECTORS;
      const [a, b] = [ring * SECTORS + sector, ring * SECTORS + next];
      const [c, d] = [a + SECTORS, b + SECTORS];
      indices.push(a, c, d, a, d, b);
    }
  }
  return {
    positions: Float32Array.from(positions),
    normals: Float32Array.from(normals),
    indices: Uint32Array.from(indices),
  };
}
