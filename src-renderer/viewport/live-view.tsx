import { OrbitControls } from '@react-three/drei/core/OrbitControls.js';
import { Canvas, useFrame, useThree } from '@react-three/fiber';
import { useEffect, useMemo, useRef } from 'react';
import type { OrbitControls as OrbitControlsImpl } from 'three-stdlib';
import { useStore } from 'zustand';
import { useStudio } from '../stores/use-studio.js';
import { LiveLayers } from './live-layers.js';
import { feedLayers } from './load-previews.js';
import { prefersReducedMotion } from './reduced-motion.js';

const CAMERA_COLORS = { light: '#2459c4', dark: '#79a8ff' } as const;

/** What the run has found so far, in 3D; it turns slowly until somebody takes hold of it. */
export function LiveView() {
  return (
    <Canvas
      className="viewport"
      frameloop="demand"
      flat
      dpr={[1, 2]}
      camera={{ fov: 40, near: 0.01, far: 200, position: [3.2, 2, 3.2] }}
      gl={{ antialias: true, alpha: true }}
    >
      <LiveScene />
    </Canvas>
  );
}

/** Listens to the store by itself: news change the layers, and React draws nothing anew. */
function LiveScene() {
  const { api, previews, theme } = useStudio();
  const shown = useStore(theme, (state) => state.shown);
  const invalidate = useThree((state) => state.invalidate);
  const controls = useRef<OrbitControlsImpl>(null);
  const layers = useMemo(() => new LiveLayers(), []);
  const isStill = prefersReducedMotion();

  useEffect(() => {
    layers.setCameraColor(CAMERA_COLORS[shown]);
    invalidate();
  }, [layers, shown, invalidate]);

  useEffect(() => {
    const unfeed = feedLayers(previews, api, layers, () => {
      previews.getState().setShown(layers.figures);
      invalidate();
    });
    return () => {
      unfeed();
      layers.dispose();
    };
  }, [previews, api, layers, invalidate]);

  useFrame((_, seconds) => {
    // The first frame after a rest comes with the time of the rest.
    if (layers.step(isStill ? Number.POSITIVE_INFINITY : Math.min(seconds, MAX_STEP_SECONDS))) invalidate();
  });

  return (
    <>
      <hemisphereLight args={['#ffffff', '#a8a29a', 2.4]} />
      <directionalLight position={[2, 4, 3]} intensity={1.1} />
      <primitive object={layers.root} />
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

const MAX_STEP_SECONDS = 0.05;
