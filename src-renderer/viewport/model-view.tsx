import { OrbitControls } from '@react-three/drei/core/OrbitControls.js';
import { Canvas, useThree } from '@react-three/fiber';
import { useEffect } from 'react';
import { type PerspectiveCamera, PMREMGenerator, Vector3 } from 'three';
import { RoomEnvironment } from 'three/addons/environments/RoomEnvironment.js';
import type { OrbitControls as OrbitControlsImpl } from 'three-stdlib';
import { useStore } from 'zustand';
import { useStudio } from '../stores/use-studio.js';
import type { EditFrame } from './edit-frame.js';
import { EditedModel } from './edited-model.js';
import { fittingDistance, showingDistance } from './fitting-distance.js';
import type { LoadedModel } from './load-model.js';
import type { ModelCamera } from './model-camera.js';
import { prefersReducedMotion } from './reduced-motion.js';

interface ModelViewProps {
  readonly model: LoadedModel;
  readonly cameras: readonly ModelCamera[];
  /** Undefined while it is not known: then nothing can be edited. */
  readonly frame: EditFrame | undefined;
}

const FOV = 32;
/** In radii of the model. */
const FARTHEST = 12;
/** Seen a little from above and from the side. */
const FROM = new Vector3(0.62, 0.42, 1).normalize();

/** The model in soft light on a ground that it casts its shadow on. Nothing is drawn while nothing moves. */
export function ModelView({ model, cameras, frame }: ModelViewProps) {
  const { modelView } = useStudio();
  const chosen = useStore(modelView, (state) => state.camera);
  const turns = useStore(modelView, (state) => state.turns);
  const { radius, center } = model.sphere;
  const through = chosen === undefined ? undefined : cameras[chosen];
  return (
    <Canvas
      className="viewport"
      frameloop="demand"
      dpr={[1, 2]}
      camera={{ fov: FOV, near: radius * 0.02, far: radius * 80 }}
      gl={{ antialias: true, alpha: true }}
    >
      <SoftLight />
      <EditedModel model={model} cameras={cameras} frame={frame} />
      <OrbitControls
        makeDefault
        target={center}
        enableDamping={!prefersReducedMotion()}
        dampingFactor={0.12}
        autoRotate={turns && !through}
        autoRotateSpeed={1.2}
        minDistance={radius * 0.15}
        maxDistance={radius * FARTHEST}
      />
      <Fit model={model} />
      <StepBack model={model} cameras={cameras} />
    </Canvas>
  );
}

/** A room with soft lamps, as light from all around. */
function SoftLight() {
  const { gl, scene, invalidate } = useThree();
  useEffect(() => {
    const generator = new PMREMGenerator(gl);
    const room = new RoomEnvironment();
    const target = generator.fromScene(room, 0.04);
    scene.environment = target.texture;
    scene.environmentIntensity = 0.9;
    invalidate();
    return () => {
      scene.environment = null;
      target.dispose();
      room.dispose();
      generator.dispose();
    };
  }, [gl, scene, invalidate]);
  return <directionalLight position={[2, 4, 3]} intensity={0.7} />;
}

/** Brings the whole model into the view: at first, and when it is asked for. */
function Fit({ model }: { readonly model: LoadedModel }) {
  const { modelView } = useStudio();
  const requests = useStore(modelView, (state) => state.fitRequests);
  const camera = useThree((state) => state.camera) as PerspectiveCamera;
  const controls = useThree((state) => state.controls) as OrbitControlsImpl | null;
  const invalidate = useThree((state) => state.invalidate);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each request fits again
  useEffect(() => {
    const { center } = model.sphere;
    const distance = fittingDistance(model, FROM, { fovDeg: FOV, aspect: camera.aspect });
    camera.position.copy(FROM).multiplyScalar(distance).add(center);
    camera.lookAt(center);
    if (controls) {
      controls.target.copy(center);
      controls.update();
    }
    invalidate();
  }, [model, camera, controls, invalidate, requests]);
  return null;
}

/** When the cameras are shown, goes as far back as it takes to see them all; then never closer. */
function StepBack({ model, cameras }: { readonly model: LoadedModel; readonly cameras: readonly ModelCamera[] }) {
  const { modelView } = useStudio();
  const showsCameras = useStore(modelView, (state) => state.showsCameras);
  const camera = useThree((state) => state.camera) as PerspectiveCamera;
  const controls = useThree((state) => state.controls) as OrbitControlsImpl | null;
  const invalidate = useThree((state) => state.invalidate);
  useEffect(() => {
    if (!showsCameras || cameras.length === 0 || modelView.getState().camera !== undefined) return;
    const target = controls?.target ?? model.sphere.center;
    const offset = camera.position.clone().sub(target);
    const centers = cameras.map(({ center }) => new Vector3(...center).sub(target));
    const needed = showingDistance(centers, offset.clone().normalize(), { fovDeg: FOV, aspect: camera.aspect });
    const distance = Math.min(Math.max(offset.length(), needed), model.sphere.radius * FARTHEST);
    camera.position.copy(target).add(offset.setLength(distance));
    controls?.update();
    invalidate();
  }, [model, cameras, camera, controls, invalidate, modelView, showsCameras]);
  return null;
}
