import { PivotControls } from '@react-three/drei/web/pivotControls/index.js';
import { useMemo, useRef } from 'react';
import { Matrix4, Quaternion, Vector3 } from 'three';
import { useStudio } from '../stores/use-studio.js';
import { quaternionOf, turnOf } from './edit-frame.js';

const RINGS_PX = 130;

/** Rings around the middle of the model: dragging one turns it. @param center in the view */
export function TurnGizmo({ center }: { readonly center: Vector3 }) {
  const { modelEdit } = useStudio();
  const matrix = useMemo(() => new Matrix4().setPosition(center), [center]);
  const before = useRef(new Quaternion());
  return (
    <PivotControls
      matrix={matrix}
      autoTransform={false}
      disableAxes
      disableSliders
      disableScaling
      fixed
      scale={RINGS_PX}
      lineWidth={3}
      depthTest={false}
      onDragStart={() => before.current.copy(quaternionOf(modelEdit.getState().wanted.turn))}
      onDrag={(_local, _deltaLocal, world) => {
        const step = new Quaternion();
        world.decompose(new Vector3(), step, new Vector3());
        modelEdit.getState().drag({ turn: turnOf(step.multiply(before.current)) });
      }}
      onDragEnd={() => modelEdit.getState().endDrag()}
    />
  );
}
