import { OrbitControls } from '@react-three/drei/core/OrbitControls.js';
import { Canvas, useThree } from '@react-three/fiber';
import { useEffect, useMemo, useRef } from 'react';
import {
  BufferAttribute,
  BufferGeometry,
  Color,
  LineBasicMaterial,
  LineSegments,
  Points,
  PointsMaterial,
  SRGBColorSpace,
} from 'three';
import type { OrbitControls as OrbitControlsImpl } from 'three-stdlib';
import { useStore } from 'zustand';
import type { SparsePreview } from '../stores/preview-store.js';
import { useStudio } from '../stores/use-studio.js';
import { frameSparse } from './frame-sparse.js';
import { frustumLines } from './frustum-lines.js';
import { prefersReducedMotion } from './reduced-motion.js';

/** Share of the scene's radius. */
const FRUSTUM_DEPTH = 0.09;
const CAMERA_COLORS = { light: '#2459c4', dark: '#79a8ff' } as const;

/** Cameras and coloured points as they are solved; it turns slowly until somebody takes hold of it. */
export function SparseView() {
  return (
    <Canvas
      className="viewport"
      frameloop="demand"
      flat
      dpr={[1, 2]}
      camera={{ fov: 40, near: 0.01, far: 200, position: [3.2, 2, 3.2] }}
      gl={{ antialias: true, alpha: true }}
    >
      <SparseScene />
    </Canvas>
  );
}

/** Listens to the store by itself: news change geometry, and React draws nothing anew. */
function SparseScene() {
  const { previews, theme } = useStudio();
  const shown = useStore(theme, (state) => state.shown);
  const invalidate = useThree((state) => state.invalidate);
  const controls = useRef<OrbitControlsImpl>(null);
  const { points, cameras } = useMemo(makeObjects, []);

  useEffect(() => {
    cameras.material.color.set(CAMERA_COLORS[shown]);
    invalidate();
  }, [cameras, shown, invalidate]);

  useEffect(() => {
    const show = (sparse: SparsePreview | undefined) => {
      if (!sparse) return;
      const { matrix, radius } = frameSparse(sparse);
      points.geometry.dispose();
      points.geometry = pointsGeometry(sparse);
      cameras.geometry.dispose();
      const lines = frustumLines(sparse, FRUSTUM_DEPTH * radius);
      cameras.geometry = new BufferGeometry().setAttribute('position', new BufferAttribute(lines, 3));
      for (const object of [points, cameras]) {
        object.matrix.copy(matrix);
        object.matrixWorldNeedsUpdate = true;
      }
      invalidate();
    };
    show(previews.getState().sparse);
    const unsubscribe = previews.subscribe(({ sparse }, before) => {
      if (sparse !== before.sparse) show(sparse);
    });
    return () => {
      unsubscribe();
      for (const { geometry } of [points, cameras]) geometry.dispose();
    };
  }, [previews, points, cameras, invalidate]);

  const isStill = prefersReducedMotion();
  return (
    <>
      <primitive object={points} />
      <primitive object={cameras} />
      <OrbitControls
        ref={controls}
        makeDefault
        enableDamping={!isStill}
        autoRotate={!isStill}
        autoRotateSpeed={0.6}
        onStart={() => {
          if (controls.current) controls.current.autoRotate = false;
        }}
      />
    </>
  );
}

function makeObjects() {
  const points = new Points(
    new BufferGeometry(),
    new PointsMaterial({ size: 2.6, sizeAttenuation: false, vertexColors: true }),
  );
  const cameras = new LineSegments(new BufferGeometry(), new LineBasicMaterial({ transparent: true, opacity: 0.9 }));
  for (const object of [points, cameras]) {
    object.frustumCulled = false;
    object.matrixAutoUpdate = false;
  }
  return { points, cameras };
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
