import { ContactShadows } from '@react-three/drei/core/ContactShadows.js';
import { type ThreeEvent, useThree } from '@react-three/fiber';
import { memo, useEffect, useMemo } from 'react';
import { type BufferAttribute, Matrix4, type Plane, Vector3 } from 'three';
import { useStore } from 'zustand';
import { useShallow } from 'zustand/react/shallow';
import { type Edits, sameEdits } from '../stores/model-edit-store.js';
import { useStudio } from '../stores/use-studio.js';
import { CropGizmo } from './crop-gizmo.js';
import { cropPlanes, type EditFrame, turnedUp, viewFromGlb } from './edit-frame.js';
import { lengthText } from './length-text.js';
import type { LoadedModel } from './load-model.js';
import { MeasureMarks } from './measure-marks.js';
import type { ModelCamera } from './model-camera.js';
import { CameraFrustums, LookThrough } from './model-cameras.js';
import { ModelSurface } from './model-surface.js';
import { wholeBox } from './start-box.js';
import { facing } from './surface-facts.js';
import { TurnGizmo } from './turn-gizmo.js';

interface EditedModelProps {
  readonly model: LoadedModel;
  readonly cameras: readonly ModelCamera[];
  readonly frame: EditFrame | undefined;
}

const NO_PLANES: readonly Plane[] = [];
/** Faces around a click that say together which way a side faces: share of the model's radius. */
const FACING_SHARE = 0.06;
/** A press that moves by fewer pixels is a click. */
const CLICK_PX = 4;

/** The model as it will be with the edits that are wanted, and the tools to edit it. */
export function EditedModel({ model, cameras, frame }: EditedModelProps) {
  const { modelView, modelEdit } = useStudio();
  const [applied, wanted, tool, picksUp] = useStore(
    modelEdit,
    useShallow((state) => [state.applied, state.wanted, state.tool, state.picksUp] as const),
  );
  const showsCameras = useStore(modelView, (state) => state.showsCameras);
  const chosen = useStore(modelView, (state) => state.camera);
  const through = chosen === undefined ? undefined : cameras[chosen];
  const { radius, center } = model.sphere;
  const isCropping = tool === 'crop' && !through;
  // While the box is dragged the model stays where it is.
  const standing = isCropping ? applied.crop : wanted.crop;
  const view = useMemo(
    () => viewOf(model, frame, { turn: wanted.turn, crop: standing }, applied),
    [model, frame, wanted.turn, standing, applied],
  );
  const viewFromAutomatic = useMemo(
    () => (frame ? view.clone().multiply(frame.glbFromAutomatic) : view),
    [frame, view],
  );
  const isCropPending = !sameEdits({ crop: wanted.crop }, { crop: applied.crop });
  const clipping = useMemo(
    () => (wanted.crop && isCropPending ? cropPlanes(wanted.crop, viewFromAutomatic) : NO_PLANES),
    [wanted.crop, isCropPending, viewFromAutomatic],
  );
  // Without what is pending, the model casts the shadow that it will cast.
  const isAtRest = clipping.length === 0 && sameEdits({ turn: wanted.turn }, { turn: applied.turn });
  const middle = useMemo(() => new Vector3(0, model.size.y / 2, 0), [model]);
  // A box to begin with: around everything, so that nothing is gone before somebody drags it.
  const startBox = useMemo(() => frame && wholeBox(model, frame), [model, frame]);
  useCrosshair(!through && (tool === 'measure' || picksUp));

  const onClick = (event: ThreeEvent<MouseEvent>) => {
    if (event.delta > CLICK_PX || through || !frame) return;
    const { change, measure, setPicksUp } = modelEdit.getState();
    if (clipping.some((plane) => plane.distanceToPoint(event.point) < 0)) return;
    if (picksUp && event.face) {
      const glbFromView = view.clone().invert();
      const spot = { point: event.point.clone().applyMatrix4(glbFromView), normal: event.face.normal };
      const up = facing(model.geometry, { ...spot, radius: radius * FACING_SHARE }, view);
      setPicksUp(false);
      change({ turn: turnedUp(wanted.turn, up) });
    } else if (tool === 'measure') {
      event.stopPropagation();
      measure(event.point.clone().applyMatrix4(viewFromAutomatic.clone().invert()).toArray());
    }
  };

  return (
    <>
      <group matrix={view} matrixAutoUpdate={false}>
        <ModelSurface model={model} clipping={clipping} showsClipped={isCropping} onClick={onClick} />
        {showsCameras && !through && !tool && cameras.length > 0 && (
          <CameraFrustums cameras={cameras} center={center} />
        )}
      </group>
      {!through && isAtRest && <GroundShadow model={model} />}
      {frame && isCropping && startBox && <CropGizmo frame={frame} view={view} box={wanted.crop ?? startBox} />}
      {frame && tool === 'turn' && !through && !picksUp && <TurnGizmo center={middle} />}
      {frame && tool === 'measure' && !through && <Measured frame={frame} viewFromAutomatic={viewFromAutomatic} />}
      {through && <LookThrough camera={through} view={view} radius={radius} />}
    </>
  );
}

/** Identity where nothing is pending, so that the model stands exactly as the file has it. */
function viewOf(model: LoadedModel, frame: EditFrame | undefined, edits: Edits, applied: Edits): Matrix4 {
  const isAsApplied = sameEdits(edits, { turn: applied.turn, crop: applied.crop });
  if (!frame || isAsApplied) return new Matrix4();
  return viewFromGlb(frame, model.geometry.getAttribute('position') as BufferAttribute, edits);
}

/** Drawn once: drawn again, it would show the shadows of cameras and handles, too. */
const GroundShadow = memo(({ model }: { readonly model: LoadedModel }) => {
  const { radius, center } = model.sphere;
  return (
    <ContactShadows
      position={[center.x, model.floor - radius * 0.002, center.z]}
      scale={radius * 5}
      far={radius * 1.2}
      blur={2.4}
      opacity={0.5}
      resolution={512}
      frames={2}
    />
  );
});

function Measured({ frame, viewFromAutomatic }: { readonly frame: EditFrame; readonly viewFromAutomatic: Matrix4 }) {
  const { modelEdit } = useStudio();
  const [measured, scale] = useStore(
    modelEdit,
    useShallow((state) => [state.measured, state.wanted.scale] as const),
  );
  const [a, b] = measured;
  const label = a && b ? lengthText(frame, new Vector3(...a).distanceTo(new Vector3(...b)), scale) : '';
  return <MeasureMarks viewFromAutomatic={viewFromAutomatic} label={label} />;
}

function useCrosshair(isOn: boolean): void {
  const gl = useThree((state) => state.gl);
  useEffect(() => {
    gl.domElement.style.cursor = isOn ? 'crosshair' : '';
    return () => {
      gl.domElement.style.cursor = '';
    };
  }, [gl, isOn]);
}
