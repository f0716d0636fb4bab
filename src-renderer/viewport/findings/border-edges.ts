import { type BufferGeometry, Vector3 } from 'three';

/** Where a surface is open. */
export interface BorderEdges {
  /** x, y, z of both ends of each edge. */
  readonly lines: Float32Array;
  /** From the model's middle to where the borders are; unit. Down where they lie all around. */
  readonly direction: Vector3;
}

/** Edges with one triangle, vertices at one place taken as one: charts of the texture have vertices of their own. */
export function borderEdges(geometry: BufferGeometry, middle: Vector3): BorderEdges {
  const position = geometry.getAttribute('position');
  const index = geometry.index?.array ?? Uint32Array.from({ length: position.count }, (_, i) => i);
  const first = new Map<string, number>();
  const welded = Uint32Array.from({ length: position.count }, (_, i) => {
    const key = `${position.getX(i)} ${position.getY(i)} ${position.getZ(i)}`;
    const known = first.get(key);
    if (known === undefined) first.set(key, i);
    return known ?? i;
  });
  const times = new Map<number, number>();
  for (let i = 0; i < index.length; i += 3) {
    for (let k = 0; k < 3; k++) {
      const a = welded[index[i + k] ?? 0] ?? 0;
      const b = welded[index[i + ((k + 1) % 3)] ?? 0] ?? 0;
      const key = Math.min(a, b) * position.count + Math.max(a, b);
      times.set(key, (times.get(key) ?? 0) + 1);
    }
  }
  const lines: number[] = [];
  const sum = new Vector3();
  let total = 0;
  const [a, b] = [new Vector3(), new Vector3()];
  for (const [key, count] of times) {
    if (count !== 1) continue;
    a.fromBufferAttribute(position as never, Math.floor(key / position.count));
    b.fromBufferAttribute(position as never, key % position.count);
    lines.push(...a.toArray(), ...b.toArray());
    const length = a.distanceTo(b);
    total += length;
    sum.addScaledVector(a.add(b).multiplyScalar(0.5).sub(middle).normalize(), length);
  }
  const isAllAround = sum.length() < 0.2 * total || total === 0;
  return { lines: Float32Array.from(lines), direction: isAllAround ? new Vector3(0, -1, 0) : sum.normalize() };
}
