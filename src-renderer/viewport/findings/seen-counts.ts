import {
  Camera,
  FloatType,
  type Matrix4,
  Mesh,
  NearestFilter,
  Scene,
  ShaderMaterial,
  Vector3,
  Vector4,
  type WebGLRenderer,
  WebGLRenderTarget,
} from 'three';
import type { LoadedModel } from '../load-model.js';
import type { ModelCamera } from '../model-camera.js';
import { photoPose, photoProjection } from '../photo-projection.js';

/** Width of the depth pictures that say what hides what. */
const DEPTH_PX = 320;
/** A vertex is seen when nothing lies nearer by more than this share of its distance. */
const HIDDEN_SHARE = 0.012;
/** Cosine of the steepest angle at which a photo still shows something. */
const MIN_COSINE = 0.17;

/** How many cameras see each vertex: inside of the picture, facing the camera, and not hidden. */
export function seenCounts(renderer: WebGLRenderer, model: LoadedModel, cameras: readonly ModelCamera[]): Uint8Array {
  const position = model.geometry.getAttribute('position');
  const normal = model.geometry.getAttribute('normal');
  const counts = new Uint8Array(position.count);
  const depth = new ShaderMaterial({
    vertexShader:
      'varying float z; void main() { vec4 p = modelViewMatrix * vec4(position, 1.0); z = -p.z; gl_Position = projectionMatrix * p; }',
    fragmentShader: 'varying float z; void main() { gl_FragColor = vec4(z, 0.0, 0.0, 1.0); }',
  });
  depth.side = model.material.side;
  const scene = new Scene();
  scene.add(new Mesh(model.geometry, depth));
  const point = new Vector4();
  const facing = new Vector3();
  const toCamera = new Vector3();
  for (const from of cameras) {
    const size = { width: DEPTH_PX, height: Math.max(1, Math.round((DEPTH_PX * from.height) / from.width)) };
    const target = new WebGLRenderTarget(size.width, size.height, {
      ...{ type: FloatType, minFilter: NearestFilter, magFilter: NearestFilter },
    });
    const camera = new PhotoCamera(from, size, model.sphere.radius);
    renderer.setRenderTarget(target);
    renderer.setClearColor(0x000000, 0);
    renderer.clear();
    renderer.render(scene, camera);
    const depths = new Float32Array(size.width * size.height * 4);
    renderer.readRenderTargetPixels(target, 0, 0, size.width, size.height, depths);
    const center = new Vector3(...from.center);
    for (let i = 0; i < position.count; i++) {
      point.set(position.getX(i), position.getY(i), position.getZ(i), 1);
      facing.set(normal.getX(i), normal.getY(i), normal.getZ(i));
      toCamera.set(point.x, point.y, point.z).sub(center).negate().normalize();
      if (facing.dot(toCamera) < MIN_COSINE) continue;
      point.applyMatrix4(camera.matrixWorldInverse);
      const distance = -point.z;
      point.applyMatrix4(camera.projectionMatrix);
      const x = Math.floor(((point.x / point.w + 1) / 2) * size.width);
      const y = Math.floor(((point.y / point.w + 1) / 2) * size.height);
      if (distance <= 0 || x < 0 || y < 0 || x >= size.width || y >= size.height) continue;
      const nearest = depths[(y * size.width + x) * 4] ?? 0;
      if (nearest === 0 || distance <= nearest * (1 + HIDDEN_SHARE)) counts[i] = Math.min(255, (counts[i] ?? 0) + 1);
    }
    target.dispose();
  }
  renderer.setRenderTarget(null);
  depth.dispose();
  return counts;
}

/** A three.js camera at the place and with the lens of a photo. */
export class PhotoCamera extends Camera {
  constructor(from: ModelCamera, view: { readonly width: number; readonly height: number }, radius: number) {
    super();
    const pose: Matrix4 = photoPose(from);
    this.matrixAutoUpdate = false;
    this.matrix.copy(pose);
    this.matrixWorld.copy(pose);
    this.matrixWorldInverse.copy(pose).invert();
    this.projectionMatrix.copy(photoProjection(from, view, { near: radius * 0.01, far: radius * 60 }));
    this.projectionMatrixInverse.copy(this.projectionMatrix).invert();
  }

  /** The renderer asks for it; the pose is set once. */
  override updateMatrixWorld(): void {}
}
