import {
  BufferAttribute,
  BufferGeometry,
  Color,
  Group,
  LineBasicMaterial,
  LineSegments,
  Mesh,
  MeshLambertMaterial,
  Points,
  PointsMaterial,
  Quaternion,
  SRGBColorSpace,
  Vector3,
} from 'three';
import type { ShownFigures, SparsePreview } from '../stores/preview-store.js';
import { Fading } from './fading.js';
import { frameSparse, type SparseFrame } from './frame-sparse.js';
import { frustumLines } from './frustum-lines.js';

/** In the view, whose middle is the origin. */
const SHOWN_RADIUS = 1.6;
/** The object's middle lies a little above the origin: below it are the depth maps. */
const RAISED = 0.16;
/** What is around the object is shown up to so many radii of its points. */
const CLOSE_MARGIN = 1.45;
/** Share of the scene's radius. */
const FRUSTUM_DEPTH = 0.09;
const CAMERA_OPACITY = 0.9;
/** The cameras step back when there is a surface to look at. */
const CAMERA_OPACITY_BEHIND_MESH = 0.3;
/** Seconds in which the view follows two thirds of the way to a new frame. */
const FOLLOW_SECONDS = 0.22;

/**
 * What a run has shown so far, in the world's coordinates: cameras and sparse points, then the dense points, then the surface. Each
 * fades in while the one before it fades out.
 */
export class LiveLayers {
  readonly root = new Group();
  readonly #sparse = new Points(new BufferGeometry(), pointsMaterial(2.6));
  readonly #cameras = new LineSegments(new BufferGeometry(), new LineBasicMaterial({ transparent: true }));
  readonly #dense = new Group();
  readonly #denseMaterial = pointsMaterial(1.9);
  readonly #mesh = new Mesh(new BufferGeometry(), new MeshLambertMaterial({ vertexColors: true, transparent: true }));
  readonly #fadings = { sparse: new Fading(), dense: new Fading(), mesh: new Fading() };
  readonly #frame = { position: new Vector3(), turn: new Quaternion(), scale: new Vector3(1, 1, 1) };
  #scene: SparseFrame | undefined;
  #hasFrame = false;

  constructor() {
    this.root.add(this.#sparse, this.#cameras, this.#dense, this.#mesh);
    for (const object of this.root.children) object.frustumCulled = false;
  }

  get figures(): ShownFigures {
    const parts = this.#fadings.dense.target > 0 || this.#fadings.mesh.target > 0 ? this.#parts : [this.#sparse];
    return {
      cameras: countOf(this.#cameras.geometry) / LINE_ENDS_PER_CAMERA,
      points: parts.reduce((sum, { geometry }) => sum + countOf(geometry), 0),
      triangles: this.#fadings.mesh.target > 0 ? (this.#mesh.geometry.index?.count ?? 0) / 3 : 0,
    };
  }

  setCameraColor(color: string): void {
    this.#cameras.material.color.set(color);
  }

  showSparse(sparse: SparsePreview): void {
    this.#scene = frameSparse(sparse);
    replaceGeometry(this.#sparse, pointsGeometry(sparse));
    const lines = frustumLines(sparse, FRUSTUM_DEPTH * this.#scene.all.radius);
    replaceGeometry(this.#cameras, new BufferGeometry().setAttribute('position', new BufferAttribute(lines, 3)));
    this.#aim();
  }

  /** @param photoId whose points these are; undefined: all, in place of the photos' */
  showDense(photoId: number | undefined, geometry: BufferGeometry): void {
    for (const part of this.#parts) if (photoId === undefined || part.userData.photoId === photoId) this.#drop(part);
    const part = new Points(geometry, this.#denseMaterial);
    part.frustumCulled = false;
    part.userData.photoId = photoId;
    this.#dense.add(part);
    this.#aim();
  }

  hideDense(): void {
    for (const part of this.#parts) this.#drop(part);
    this.#aim();
  }

  /** @param geometry with colours; undefined: there is none any more */
  showMesh(geometry: BufferGeometry | undefined): void {
    geometry?.computeVertexNormals();
    replaceGeometry(this.#mesh, geometry ?? new BufferGeometry());
    this.#fadings.mesh.amount = 0;
    this.#aim();
  }

  /** @param seconds since the last frame; Infinity: without any movement @returns whether something still moves */
  step(seconds: number): boolean {
    const { sparse, dense, mesh } = this.#fadings;
    const isFading = [sparse, dense, mesh].map((fading) => fading.step(seconds)).includes(true);
    this.#sparse.material.opacity = sparse.amount;
    this.#denseMaterial.opacity = dense.amount;
    this.#mesh.material.opacity = mesh.amount;
    this.#cameras.material.opacity =
      CAMERA_OPACITY + (CAMERA_OPACITY_BEHIND_MESH - CAMERA_OPACITY) * Math.min(1, mesh.amount);
    this.#sparse.visible = sparse.amount > 0;
    this.#dense.visible = dense.amount > 0;
    this.#mesh.visible = mesh.amount > 0;
    const isFollowing = this.#follow(1 - Math.exp(-seconds / FOLLOW_SECONDS));
    return isFading || isFollowing;
  }

  dispose(): void {
    for (const object of [this.#sparse, this.#cameras, this.#mesh]) {
      object.geometry.dispose();
      object.material.dispose();
    }
    for (const part of this.#parts) part.geometry.dispose();
    this.#denseMaterial.dispose();
  }

  get #parts(): readonly Points[] {
    return [...this.#dense.children] as Points[];
  }

  #drop(part: Points): void {
    this.#dense.remove(part);
    part.geometry.dispose();
  }

  #aim(): void {
    const { sparse, dense, mesh } = this.#fadings;
    mesh.target = (this.#mesh.geometry.index?.count ?? 0) > 0 ? 1 : 0;
    // What lies below a surface stays until the surface covers it.
    dense.target = this.#parts.length > 0 && mesh.target === 0 ? 1 : 0;
    sparse.target = dense.target === 0 && mesh.target === 0 ? 1 : 0;
    this.#frameScene(sparse.target === 1);
  }

  /** While cameras are solved all of them are in the view; then it comes closer to the object. */
  #frameScene(isWide: boolean): void {
    if (!this.#scene) return;
    const { turn, all, points } = this.#scene;
    const { middle } = isWide ? all : points;
    const scale = SHOWN_RADIUS / (isWide ? all.radius : Math.min(all.radius, CLOSE_MARGIN * points.radius));
    this.#frame.turn.copy(turn);
    this.#frame.scale.setScalar(scale);
    this.#frame.position.copy(middle).multiplyScalar(-scale);
    if (!isWide) this.#frame.position.y += RAISED;
    if (!this.#hasFrame) this.#follow(1);
    this.#hasFrame = true;
  }

  #follow(share: number): boolean {
    const { position, turn, scale } = this.#frame;
    this.root.position.lerp(position, share);
    this.root.quaternion.slerp(turn, share);
    this.root.scale.lerp(scale, share);
    return (
      this.root.position.distanceTo(position) +
        this.root.quaternion.angleTo(turn) +
        this.root.scale.distanceTo(scale) / scale.x >
      2e-3
    );
  }
}

const countOf = (geometry: BufferGeometry): number => geometry.getAttribute('position')?.count ?? 0;

/** Eight lines a pyramid. */
const LINE_ENDS_PER_CAMERA = 16;

function pointsMaterial(size: number): PointsMaterial {
  return new PointsMaterial({ size, sizeAttenuation: false, vertexColors: true, transparent: true });
}

function replaceGeometry(object: { geometry: BufferGeometry }, geometry: BufferGeometry): void {
  object.geometry.dispose();
  object.geometry = geometry;
}

function pointsGeometry({ positions, colors }: SparsePreview): BufferGeometry {
  const linear = new Float32Array(colors.length);
  const color = new Color();
  for (let i = 0; i < colors.length; i += 3) {
    color.setRGB(colors[i] ?? 0, colors[i + 1] ?? 0, colors[i + 2] ?? 0, SRGBColorSpace).toArray(linear, i);
  }
  return new BufferGeometry()
    .setAttribute('position', new BufferAttribute(positions, 3))
    .setAttribute('color', new BufferAttribute(linear, 3));
}
