import { useThree } from '@react-three/fiber';
import { useEffect, useMemo } from 'react';
import { Color, MeshBasicMaterial, MeshNormalMaterial, MeshStandardMaterial, NeutralToneMapping } from 'three';
import { useStore } from 'zustand';
import { useShallow } from 'zustand/react/shallow';
import { useStudio } from '../stores/use-studio.js';
import type { LoadedModel } from './load-model.js';

const CLAY = '#c8c2ba';
const WIRES = { light: { ground: '#f3f4f6', line: '#3b4654' }, dark: { ground: '#23282e', line: '#9fb0c4' } } as const;

/** The model's surface, shown in one of several ways. */
export function ModelSurface({ model }: { readonly model: LoadedModel }) {
  const { modelView, theme } = useStudio();
  const [surface, light, isCompared] = useStore(
    modelView,
    useShallow((state) => [state.surface, state.light, state.camera !== undefined] as const),
  );
  const shownTheme = useStore(theme, (state) => state.shown);
  const { gl, invalidate } = useThree();
  const materials = useMemo(() => makeMaterials(model), [model]);
  useEffect(() => () => Object.values(materials).forEach((material) => void material.dispose()), [materials]);
  useEffect(() => {
    gl.toneMapping = NeutralToneMapping;
    materials.ground.color.set(WIRES[shownTheme].ground);
    materials.wires.color.set(WIRES[shownTheme].line);
    invalidate();
  }, [gl, materials, shownTheme, invalidate]);

  const isWires = surface === 'wireframe' && !isCompared;
  const material = {
    // Beside a photo the colours are shown as they are.
    texture: light === 'flat' || isCompared ? materials.flat : model.material,
    clay: materials.clay,
    wireframe: materials.ground,
    normals: materials.normals,
  }[isCompared ? 'texture' : surface];
  return (
    <>
      <mesh geometry={model.geometry} material={material} />
      {isWires && <mesh geometry={model.geometry} material={materials.wires} />}
    </>
  );
}

function makeMaterials({ map }: LoadedModel) {
  return {
    flat: new MeshBasicMaterial({ map, toneMapped: false, color: map ? '#ffffff' : CLAY }),
    clay: new MeshStandardMaterial({ color: new Color(CLAY), roughness: 0.85 }),
    normals: new MeshNormalMaterial(),
    ground: new MeshBasicMaterial({
      polygonOffset: true,
      polygonOffsetFactor: 1,
      polygonOffsetUnits: 1,
      toneMapped: false,
    }),
    wires: new MeshBasicMaterial({ wireframe: true, toneMapped: false, transparent: true, opacity: 0.55 }),
  };
}
