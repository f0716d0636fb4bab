import {
  BufferAttribute,
  BufferGeometry,
  DirectionalLight,
  HemisphereLight,
  LineBasicMaterial,
  LineSegments,
  type Material,
  Mesh,
  MeshBasicMaterial,
  MeshStandardMaterial,
  PerspectiveCamera,
  Scene,
  Vector3,
  WebGLRenderer,
} from 'three';
import { fittingDistance } from '../fitting-distance.js';
import type { LoadedModel } from '../load-model.js';
import type { ModelCamera } from '../model-camera.js';
import { borderEdges } from './border-edges.js';
import { PhotoCamera, seenCounts } from './seen-counts.js';

/** Which problem a picture shows. */
export type FindingPicture =
  | { readonly kind: 'open' }
  | { readonly kind: 'seen' }
  /** The model as a photo's camera sees it. */
  | { readonly kind: 'view'; readonly camera: ModelCamera };

/** Lines are one pixel wide: in small pictures they are seen. */
const WIDTH_PX = 392;
const HEIGHT_PX = 252;
const FOV = 30;
const GREY = 0xaab0b7;
const RED = 0xff4d3d;
const AMBER = [1, 0.66, 0.16] as const;

/**
 * Draws pictures of what is wrong with a model.
 *
 * @returns addresses of the pictures (`blob:`), to be revoked by whoever asked; in the order of the wishes
 */
export async function drawFindings(
  model: LoadedModel,
  cameras: readonly ModelCamera[],
  wishes: readonly FindingPicture[],
): Promise<string[]> {
  const renderer = new WebGLRenderer({ antialias: true, alpha: true, preserveDrawingBuffer: true });
  try {
    const addresses: string[] = [];
    for (const wish of wishes) {
      if (wish.kind === 'open') drawOpen(renderer, model);
      else if (wish.kind === 'seen') drawSeen(renderer, model, cameras);
      else drawView(renderer, model, wish.camera);
      addresses.push(await addressOf(renderer.domElement));
      // Between two pictures the page has its turn.
      await new Promise((resolve) => setTimeout(resolve));
    }
    return addresses;
  } finally {
    renderer.dispose();
    renderer.forceContextLoss();
  }
}

/** The borders of the surface in red, seen from where they are. */
function drawOpen(renderer: WebGLRenderer, model: LoadedModel): void {
  const { lines, direction } = borderEdges(model.geometry, model.sphere.center);
  const geometry = new BufferGeometry().setAttribute('position', new BufferAttribute(lines, 3));
  const line = new LineBasicMaterial({ color: RED, depthTest: false, transparent: true });
  const clay = new MeshStandardMaterial({ color: GREY, roughness: 0.9, side: model.material.side });
  const scene = lit(new Mesh(model.geometry, clay), new LineSegments(geometry, line));
  draw(renderer, scene, lookingFrom(direction.add(new Vector3(0.35, 0.2, 0.5)), model));
  for (const thing of [geometry, line, clay]) thing.dispose();
}

/** What no photo shows in red, what one or two show in amber. */
function drawSeen(renderer: WebGLRenderer, model: LoadedModel, cameras: readonly ModelCamera[]): void {
  const counts = seenCounts(renderer, model, cameras);
  const normal = model.geometry.getAttribute('normal');
  const colors = new Float32Array(counts.length * 3);
  const unseen = new Vector3();
  for (const [i, count] of counts.entries()) {
    if (count === 0) {
      colors.set([1, 0.12, 0.08], i * 3);
      unseen.add(new Vector3(normal.getX(i), normal.getY(i), normal.getZ(i)));
    } else if (count < 3) colors.set(AMBER, i * 3);
    else colors.set([0.5, 0.52, 0.55], i * 3);
  }
  const geometry = new BufferGeometry();
  for (const name of ['position', 'normal'] as const) geometry.setAttribute(name, model.geometry.getAttribute(name));
  geometry.setIndex(model.geometry.index);
  geometry.setAttribute('color', new BufferAttribute(colors, 3));
  const material = new MeshStandardMaterial({ vertexColors: true, roughness: 0.9, side: model.material.side });
  const direction = unseen.lengthSq() > 0 ? unseen.normalize() : new Vector3(0, 1, 0);
  draw(renderer, lit(new Mesh(geometry, material)), lookingFrom(direction.add(new Vector3(0.2, 0.15, 0.3)), model));
  // The attributes shared with the model are freed from this renderer with it.
  material.dispose();
}

/** The model as a photo's camera sees it, in the photo's shape. */
function drawView(renderer: WebGLRenderer, model: LoadedModel, from: ModelCamera): void {
  const size = { width: WIDTH_PX, height: Math.round((WIDTH_PX * from.height) / from.width) };
  const material: Material = new MeshBasicMaterial({ map: model.map, side: model.material.side });
  const scene = new Scene();
  scene.add(new Mesh(model.geometry, material));
  draw(renderer, scene, new PhotoCamera(from, size, model.sphere.radius), size);
  material.dispose();
}

function lit(...things: readonly (Mesh | LineSegments)[]): Scene {
  const scene = new Scene();
  const sun = new DirectionalLight(0xffffff, 1.6);
  sun.position.set(2, 4, 3);
  scene.add(new HemisphereLight(0xffffff, 0x8a929b, 1.9), sun, ...things);
  return scene;
}

function lookingFrom(direction: Vector3, model: LoadedModel): PerspectiveCamera {
  const { sphere } = model;
  const camera = new PerspectiveCamera(FOV, WIDTH_PX / HEIGHT_PX, sphere.radius * 0.02, sphere.radius * 40);
  const from = direction.normalize();
  const distance = fittingDistance(model, from, { fovDeg: FOV, aspect: camera.aspect });
  camera.position.copy(sphere.center).addScaledVector(from, distance);
  camera.lookAt(sphere.center);
  camera.updateMatrixWorld();
  return camera;
}

function draw(
  renderer: WebGLRenderer,
  scene: Scene,
  camera: PerspectiveCamera | PhotoCamera,
  { width, height } = { width: WIDTH_PX, height: HEIGHT_PX },
): void {
  renderer.setSize(width, height, false);
  renderer.setClearColor(0x000000, 0);
  renderer.render(scene, camera);
}

function addressOf(canvas: HTMLCanvasElement): Promise<string> {
  return new Promise((resolve, reject) =>
    canvas.toBlob(
      (blob) => (blob ? resolve(URL.createObjectURL(blob)) : reject(new Error('No picture was made.'))),
      'image/webp',
      0.9,
    ),
  );
}
