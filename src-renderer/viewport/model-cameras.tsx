import { type ThreeEvent, useThree } from '@react-three/fiber';
import { useEffect, useMemo, useRef, useState } from 'react';
import { BufferAttribute, BufferGeometry, type InstancedMesh, Matrix4, type PerspectiveCamera, Vector3 } from 'three';
import type { OrbitControls } from 'three-stdlib';
import { useStore } from 'zustand';
import { useStudio } from '../stores/use-studio.js';
import { frustumLines } from './frustum-lines.js';
import type { ModelCamera } from './model-camera.js';
import { photoPose, photoProjection } from './photo-projection.js';

interface ModelCamerasProps {
  readonly cameras: readonly ModelCamera[];
  /** Of the model: what the cameras look at, about. */
  readonly center: Vector3;
}

/** Share of the usual distance of the cameras. */
const FRUSTUM_DEPTH = 0.11;
const COLORS = { light: '#2459c4', dark: '#79a8ff' } as const;

/** Where the photos were taken: pyramids to choose from. */
export function CameraFrustums({ cameras, center: middle }: ModelCamerasProps) {
  const { modelView, theme } = useStudio();
  const color = COLORS[useStore(theme, (state) => state.shown)];
  const [hovered, setHovered] = useState<number>();
  const picks = useRef<InstancedMesh>(null);
  const { gl, invalidate } = useThree();
  const depth = useMemo(() => {
    const distances = cameras.map(({ center }) => middle.distanceTo(new Vector3(...center))).sort((a, b) => a - b);
    return FRUSTUM_DEPTH * (distances[distances.length >> 1] ?? 1);
  }, [cameras, middle]);
  const lines = useMemo(() => linesGeometry(cameras, depth), [cameras, depth]);
  const highlight = useMemo(() => {
    const camera = hovered === undefined ? undefined : cameras[hovered];
    return camera && linesGeometry([camera], depth * 1.25);
  }, [cameras, hovered, depth]);
  useEffect(() => () => lines.dispose(), [lines]);
  useEffect(() => () => highlight?.dispose(), [highlight]);
  useEffect(() => {
    const pose = new Matrix4();
    for (const [index, { center, R }] of cameras.entries()) {
      // The box to click lies over the pyramid: half its depth before the centre.
      const [x, y, z] = [R[6] ?? 0, R[7] ?? 0, R[8] ?? 0].map((axis) => axis * depth * 0.5);
      pose.makeTranslation(center[0] + (x ?? 0), center[1] + (y ?? 0), center[2] + (z ?? 0));
      picks.current?.setMatrixAt(index, pose);
    }
    if (picks.current) {
      picks.current.instanceMatrix.needsUpdate = true;
      picks.current.computeBoundingSphere();
    }
    invalidate();
  }, [cameras, depth, invalidate]);
  useEffect(() => {
    gl.domElement.style.cursor = hovered === undefined ? '' : 'pointer';
    invalidate();
    return () => {
      gl.domElement.style.cursor = '';
    };
  }, [gl, hovered, invalidate]);

  return (
    <>
      <lineSegments geometry={lines}>
        <lineBasicMaterial color={color} transparent opacity={0.65} toneMapped={false} />
      </lineSegments>
      {highlight && (
        <lineSegments geometry={highlight}>
          <lineBasicMaterial color={color} toneMapped={false} />
        </lineSegments>
      )}
      <instancedMesh
        key={cameras.length}
        ref={picks}
        args={[undefined, undefined, cameras.length]}
        onPointerMove={(event: ThreeEvent<PointerEvent>) => {
          event.stopPropagation();
          setHovered(event.instanceId);
        }}
        onPointerOut={() => setHovered(undefined)}
        onClick={(event: ThreeEvent<MouseEvent>) => {
          event.stopPropagation();
          if (event.delta < 4 && event.instanceId !== undefined) modelView.getState().set({ camera: event.instanceId });
        }}
      >
        <boxGeometry args={[depth, depth, depth]} />
        <meshBasicMaterial colorWrite={false} depthWrite={false} />
      </instancedMesh>
    </>
  );
}

function linesGeometry(cameras: readonly ModelCamera[], depth: number): BufferGeometry {
  const centers = Float32Array.from(cameras.flatMap(({ center }) => [...center]));
  const rotations = Float32Array.from(cameras.flatMap(({ R }) => R));
  return new BufferGeometry().setAttribute(
    'position',
    new BufferAttribute(frustumLines({ centers, rotations }, depth), 3),
  );
}

interface LookThroughProps {
  readonly camera: ModelCamera;
  /** View from GLB. */
  readonly view: Matrix4;
  readonly radius: number;
}

/** Looks through a camera of the model, as long as it is there; then back to where the view was. */
export function LookThrough({ camera: from, view, radius }: LookThroughProps) {
  const camera = useThree((state) => state.camera) as PerspectiveCamera & { manual?: boolean };
  const controls = useThree((state) => state.controls) as OrbitControls | null;
  const size = useThree((state) => state.size);
  const invalidate = useThree((state) => state.invalidate);
  useEffect(() => {
    const before = { position: camera.position.clone(), quaternion: camera.quaternion.clone() };
    if (controls) controls.enabled = false;
    camera.manual = true;
    return () => {
      camera.manual = false;
      camera.position.copy(before.position);
      camera.quaternion.copy(before.quaternion);
      camera.updateProjectionMatrix();
      if (controls) controls.enabled = true;
      invalidate();
    };
  }, [camera, controls, invalidate]);
  useEffect(() => {
    view.clone().multiply(photoPose(from)).decompose(camera.position, camera.quaternion, camera.scale);
    camera.updateMatrixWorld();
    camera.projectionMatrix.copy(photoProjection(from, size, { near: radius * 0.01, far: radius * 60 }));
    camera.projectionMatrixInverse.copy(camera.projectionMatrix).invert();
    invalidate();
  }, [camera, from, view, size, radius, invalidate]);
  return null;
}
