import { PivotControls } from '@react-three/drei/web/pivotControls/index.js';
import { type ThreeEvent, useFrame, useThree } from '@react-three/fiber';
import { useEffect, useMemo, useRef, useState } from 'react';
import { BoxGeometry, EdgesGeometry, type Group, Matrix4, type Mesh, Quaternion, type Ray, Vector3 } from 'three';
import type { OrbitControls } from 'three-stdlib';
import { useStore } from 'zustand';
import type { CropBox } from '../../src-shared/pipeline/edit-options.js';
import { useStudio } from '../stores/use-studio.js';
import { boxPose, type EditFrame, MIN_SIDE, turnOf } from './edit-frame.js';
import { GIZMO_COLORS } from './gizmo-colors.js';
import { axisCoordinate, moveSide, SIDES, type Side } from './move-side.js';

interface CropGizmoProps {
  readonly frame: EditFrame;
  /** View from GLB. */
  readonly view: Matrix4;
  readonly box: CropBox;
}

const HANDLE_PX = 7;
const PIVOT_PX = 68;

/** The crop box with a handle on each side, and arrows and rings at its middle to move and turn it. */
export function CropGizmo({ frame, view, box }: CropGizmoProps) {
  const { modelEdit, theme } = useStudio();
  const color = GIZMO_COLORS[useStore(theme, (state) => state.shown)];
  const edges = useMemo(() => new EdgesGeometry(new BoxGeometry(1, 1, 1)), []);
  useEffect(() => () => edges.dispose(), [edges]);
  const viewFromAutomatic = useMemo(() => view.clone().multiply(frame.glbFromAutomatic), [view, frame]);
  const pose = useMemo(() => {
    const position = new Vector3();
    const quaternion = new Quaternion();
    viewFromAutomatic.clone().multiply(boxPose(box)).decompose(position, quaternion, new Vector3());
    return { position, quaternion, matrix: new Matrix4().compose(position, quaternion, new Vector3(1, 1, 1)) };
  }, [viewFromAutomatic, box]);
  const size = box.size.map((side) => side * frame.glbPerAutomatic) as [number, number, number];

  const place = (moved: Matrix4) => {
    const inAutomatic = viewFromAutomatic.clone().invert().multiply(moved);
    const position = new Vector3();
    const quaternion = new Quaternion();
    inAutomatic.decompose(position, quaternion, new Vector3());
    const crop = { ...box, center: position.toArray(), rotation: turnOf(quaternion) ?? [0, 0, 0, 1] };
    modelEdit.getState().drag({ crop });
  };
  return (
    <>
      <group position={pose.position} quaternion={pose.quaternion}>
        <lineSegments geometry={edges} scale={size} renderOrder={2}>
          <lineBasicMaterial color={color} toneMapped={false} />
        </lineSegments>
        <lineSegments geometry={edges} scale={size} renderOrder={3}>
          <lineBasicMaterial color={color} toneMapped={false} depthTest={false} transparent opacity={0.25} />
        </lineSegments>
        {SIDES.map((side) => (
          <SideHandle key={`${side.axis} ${side.sign}`} side={side} box={box} frame={frame} color={color} />
        ))}
      </group>
      <PivotControls
        matrix={pose.matrix}
        autoTransform={false}
        disableScaling
        disableSliders
        fixed
        scale={PIVOT_PX}
        lineWidth={2.5}
        depthTest={false}
        onDrag={place}
        onDragEnd={() => modelEdit.getState().endDrag()}
      />
    </>
  );
}

interface SideHandleProps {
  readonly side: Side;
  readonly box: CropBox;
  readonly frame: EditFrame;
  readonly color: string;
}

/** A ball on the middle of a side, which moves along the side's axis. */
function SideHandle({ side, box, frame, color }: SideHandleProps) {
  const { modelEdit } = useStudio();
  const ball = useRef<Mesh>(null);
  const group = useRef<Group>(null);
  const controls = useThree((state) => state.controls) as OrbitControls | null;
  const [isHovered, setIsHovered] = useState(false);
  const drag = useRef<{ readonly box: CropBox; readonly start: number; readonly boxFromView: Matrix4 }>(undefined);
  const unit = frame.glbPerAutomatic;
  const offset = ((box.size[side.axis] ?? 0) / 2) * unit * side.sign;
  const at = new Vector3().setComponent(side.axis, offset);
  useFrame(({ camera, size }) => {
    if (!ball.current || !group.current) return;
    const distance = group.current.getWorldPosition(new Vector3()).distanceTo(camera.position);
    const heightAt1 = 2 / (camera.projectionMatrix.elements[5] ?? 1);
    ball.current.scale.setScalar(((distance * heightAt1) / size.height) * HANDLE_PX);
  });
  const along = (ray: Ray, boxFromView: Matrix4) => axisCoordinate(ray.clone().applyMatrix4(boxFromView), side.axis);
  const begin = (event: ThreeEvent<PointerEvent>) => {
    event.stopPropagation();
    const boxFromView = group.current?.parent?.matrixWorld.clone().invert() ?? new Matrix4();
    drag.current = { box, boxFromView, start: along(event.ray, boxFromView) };
    (event.target as Element).setPointerCapture(event.pointerId);
    if (controls) controls.enabled = false;
  };
  const move = (event: ThreeEvent<PointerEvent>) => {
    const from = drag.current;
    if (!from) return;
    event.stopPropagation();
    const by = (along(event.ray, from.boxFromView) - from.start) / unit;
    modelEdit.getState().drag({ crop: moveSide(from.box, side, by, MIN_SIDE) });
  };
  const end = (event: ThreeEvent<PointerEvent>) => {
    if (!drag.current) return;
    drag.current = undefined;
    (event.target as Element).releasePointerCapture(event.pointerId);
    if (controls) controls.enabled = true;
    modelEdit.getState().endDrag();
  };
  return (
    <group ref={group} position={at}>
      <mesh
        ref={ball}
        renderOrder={4}
        onPointerDown={begin}
        onPointerMove={move}
        onPointerUp={end}
        onPointerCancel={end}
        onPointerOver={() => setIsHovered(true)}
        onPointerOut={() => setIsHovered(false)}
      >
        <sphereGeometry args={[1, 20, 14]} />
        <meshBasicMaterial color={isHovered ? '#ffffff' : color} toneMapped={false} depthTest={false} transparent />
      </mesh>
    </group>
  );
}
