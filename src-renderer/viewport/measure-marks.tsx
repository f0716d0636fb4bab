import { Html } from '@react-three/drei/web/Html.js';
import { useFrame } from '@react-three/fiber';
import { useEffect, useMemo, useRef } from 'react';
import { BufferGeometry, type Matrix4, type Mesh, Vector3 } from 'three';
import { useStore } from 'zustand';
import { useStudio } from '../stores/use-studio.js';
import { GIZMO_COLORS } from './gizmo-colors.js';

interface MeasureMarksProps {
  readonly viewFromAutomatic: Matrix4;
  /** What stands beside the line. */
  readonly label: string;
}

const DOT_PX = 5;

/** The measured points and the line between them, in front of everything. */
export function MeasureMarks({ viewFromAutomatic, label }: MeasureMarksProps) {
  const { modelEdit, theme } = useStudio();
  const color = GIZMO_COLORS[useStore(theme, (state) => state.shown)];
  const measured = useStore(modelEdit, (state) => state.measured);
  const points = useMemo(
    () => measured.map((point) => new Vector3(...point).applyMatrix4(viewFromAutomatic)),
    [measured, viewFromAutomatic],
  );
  const line = useMemo(() => new BufferGeometry().setFromPoints(points), [points]);
  useEffect(() => () => line.dispose(), [line]);
  const [first, second] = points;
  return (
    <>
      {points.map((point, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the first and the second point
        <Dot key={index} at={point} color={color} />
      ))}
      {first && second && (
        <>
          <lineSegments geometry={line} renderOrder={5}>
            <lineBasicMaterial color={color} toneMapped={false} depthTest={false} transparent />
          </lineSegments>
          <Html position={first.clone().lerp(second, 0.5)} center zIndexRange={[5, 1]} className="measure-label">
            {label}
          </Html>
        </>
      )}
    </>
  );
}

function Dot({ at, color }: { readonly at: Vector3; readonly color: string }) {
  const ball = useRef<Mesh>(null);
  useFrame(({ camera, size }) => {
    const heightAt1 = 2 / (camera.projectionMatrix.elements[5] ?? 1);
    ball.current?.scale.setScalar(((at.distanceTo(camera.position) * heightAt1) / size.height) * DOT_PX);
  });
  return (
    <mesh ref={ball} position={at} renderOrder={6}>
      <sphereGeometry args={[1, 16, 12]} />
      <meshBasicMaterial color={color} toneMapped={false} depthTest={false} transparent />
    </mesh>
  );
}
