import { Box3, type BufferGeometry, Mesh, type MeshStandardMaterial, Sphere, type Texture, Vector3 } from 'three';
import { GLTFLoader } from 'three/addons/loaders/GLTFLoader.js';

/** A model as the viewer uses it: the file's one mesh. */
export interface LoadedModel {
  readonly geometry: BufferGeometry;
  /** As the file describes it: lit, with its texture and normal map. */
  readonly material: MeshStandardMaterial;
  readonly map: Texture | null;
  readonly triangles: number;
  readonly size: Vector3;
  /** Height of its lowest point. */
  readonly floor: number;
  /** Around what is worth looking at first: see {@link mainPart}. */
  readonly sphere: Sphere;
}

/** Frees what the graphics card holds. */
export function disposeModel({ geometry, material, map }: LoadedModel): void {
  geometry.dispose();
  material.normalMap?.dispose();
  material.dispose();
  map?.dispose();
}

/** Reads a GLB. @throws Error when it holds no mesh or cannot be read */
export async function loadModel(bytes: ArrayBuffer): Promise<LoadedModel> {
  const { scene } = await new GLTFLoader().parseAsync(bytes, '');
  scene.updateMatrixWorld(true);
  let mesh: Mesh<BufferGeometry, MeshStandardMaterial> | undefined;
  scene.traverse((object) => {
    if (!mesh && object instanceof Mesh) mesh = object as Mesh<BufferGeometry, MeshStandardMaterial>;
  });
  if (!mesh) throw new Error('The file holds no mesh.');
  const geometry = mesh.geometry.applyMatrix4(mesh.matrixWorld);
  if (!geometry.getAttribute('normal')) geometry.computeVertexNormals();
  const box = new Box3().setFromBufferAttribute(geometry.getAttribute('position') as never);
  const { material } = mesh;
  return {
    ...{ geometry, material, map: material.map, size: box.getSize(new Vector3()) },
    triangles: (geometry.index?.count ?? geometry.getAttribute('position').count) / 3,
    floor: box.min.y,
    sphere: mainPart(geometry, box.getBoundingSphere(new Sphere())),
  };
}

const SAMPLES = 5000;
const KEPT_SHARE = 0.55;
const MARGIN = 1.5;
/** Below this the whole model is shown. */
const WORTH_CUTTING = 1.5;

/**
 * Scans bring along pieces of the room. Where they make the model much larger, what most of its vertices take up is looked at
 * first.
 */
function mainPart(geometry: BufferGeometry, whole: Sphere): Sphere {
  const position = geometry.getAttribute('position');
  const step = Math.max(1, Math.floor(position.count / SAMPLES));
  const samples: Vector3[] = [];
  for (let i = 0; i < position.count; i += step) samples.push(new Vector3().fromBufferAttribute(position as never, i));
  const median = (axis: 'x' | 'y' | 'z') => samples.map((v) => v[axis]).sort((a, b) => a - b)[samples.length >> 1] ?? 0;
  const center = new Vector3(median('x'), median('y'), median('z'));
  const distances = samples.map((sample) => sample.distanceTo(center)).sort((a, b) => a - b);
  const radius = (distances[Math.floor((distances.length - 1) * KEPT_SHARE)] ?? 0) * MARGIN;
  return radius > 0 && whole.radius > radius * WORTH_CUTTING ? new Sphere(center, radius) : whole;
}
