import { type ThreeEvent, useThree } from '@react-three/fiber';
import { useEffect, useMemo } from 'react';
import {
  Color,
  type Material,
  MeshBasicMaterial,
  MeshNormalMaterial,
  MeshStandardMaterial,
  NeutralToneMapping,
  type Plane,
} from 'three';
import { useStore } from 'zustand';
import { useShallow } from 'zustand/react/shallow';
import { useStudio } from '../stores/use-studio.js';
import type { LoadedModel } from './load-model.js';
import { makeChecker } from './uv-checker.js';

const CLAY = '#c8c2ba';
const GHOST = { light: '#5b6a7c', dark: '#aebccd' } as const;
const WIRES = { light: { ground: '#f3f4f6', line: '#3b4654' }, dark: { ground: '#23282e', line: '#9fb0c4' } } as const;

interface ModelSurfaceProps {
  readonly model: LoadedModel;
  /** In the view: what is not inside of all is not shown. */
  readonly clipping: readonly Plane[];
  /** Shows faintly what is clipped. */
  readonly showsClipped: boolean;
  readonly onClick: (event: ThreeEvent<MouseEvent>) => void;
}

/** The model's surface, shown in one of several ways. */
export function ModelSurface({ model, clipping, showsClipped, onClick }: ModelSurfaceProps) {
  const { modelView, theme } = useStudio();
  const [surface, light, isCompared] = useStore(
    modelView,
    useShallow((state) => [state.surface, state.light, state.camera !== undefined] as const),
  );
  const shownTheme = useStore(theme, (state) => state.shown);
  const { gl, invalidate } = useThree();
  const materials = useMemo(() => makeMaterials(model), [model]);
  useEffect(
    () => () => {
      materials.uv.map?.dispose();
      for (const material of Object.values(materials)) material.dispose();
    },
    [materials],
  );
  useEffect(() => {
    // Khronos' neutral mapping keeps the base colour's hue and, up to 0.8, its brightness: the texture looks as it was photographed.
    gl.toneMapping = NeutralToneMapping;
    gl.localClippingEnabled = true;
    materials.ground.color.set(WIRES[shownTheme].ground);
    materials.wires.color.set(WIRES[shownTheme].line);
    materials.ghost.color.set(GHOST[shownTheme]);
    invalidate();
  }, [gl, materials, shownTheme, invalidate]);
  useEffect(() => {
    const clipped: readonly Material[] = [model.material, ...Object.values(materials)];
    for (const material of clipped) {
      if (material === materials.ghost) continue;
      // Another number of planes is another program.
      if ((material.clippingPlanes?.length ?? 0) !== clipping.length) material.needsUpdate = true;
      material.clippingPlanes = [...clipping];
    }
    invalidate();
  }, [model, materials, clipping, invalidate]);

  const isWires = surface === 'wireframe' && !isCompared;
  const material = {
    // Beside a photo the colours are shown as they are.
    texture: light === 'flat' || isCompared ? materials.flat : model.material,
    clay: materials.clay,
    wireframe: materials.ground,
    normals: materials.normals,
    uv: materials.uv,
  }[isCompared ? 'texture' : surface];
  return (
    <>
      <mesh geometry={model.geometry} material={material} onClick={onClick} />
      {isWires && <mesh geometry={model.geometry} material={materials.wires} />}
      {showsClipped && clipping.length > 0 && (
        <mesh geometry={model.geometry} material={materials.ghost} renderOrder={1} />
      )}
    </>
  );
}

function makeMaterials({ map, material }: LoadedModel) {
  const { side } = material;
  return {
    flat: new MeshBasicMaterial({ map, toneMapped: false, color: map ? '#ffffff' : CLAY, side }),
    clay: new MeshStandardMaterial({ color: new Color(CLAY), roughness: 0.85, side }),
    normals: new MeshNormalMaterial({ side }),
    uv: new MeshStandardMaterial({ map: makeChecker(), roughness: 0.9, side }),
    ground: new MeshBasicMaterial({
      polygonOffset: true,
      polygonOffsetFactor: 1,
      polygonOffsetUnits: 1,
      toneMapped: false,
      side,
    }),
    wires: new MeshBasicMaterial({ wireframe: true, toneMapped: false, transparent: true, opacity: 0.55 }),
    ghost: new MeshBasicMaterial({ transparent: true, opacity: 0.07, depthWrite: false, toneMapped: false, side }),
  };
}
