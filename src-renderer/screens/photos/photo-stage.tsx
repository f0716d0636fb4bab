import { type PointerEvent, type RefObject, useEffect, useRef, useState } from 'react';
import type { PhotoResource } from '../../../src-shared/api/photo-schemas.js';
import { useStudio } from '../../stores/use-studio.js';
import { Picture } from '../../ui/picture.js';
import { panBy, type Size, scaleOf, type ZoomView, zoomTo } from './viewer-zoom.js';

interface PhotoStageProps {
  readonly jobId: string;
  readonly photo: PhotoResource;
  readonly view: ZoomView;
  readonly stage: RefObject<HTMLDivElement | null>;
  readonly size: Size | undefined;
  readonly isMaskShown: boolean;
  readonly onChange: (change: (view: ZoomView, size: Size) => ZoomView) => void;
}

/** Longer side of what the service makes of a photo, pixels. */
const LARGE_PX = 2048;
/** What browsers show by themselves; the service turns it by its EXIF, and so do they. */
const SHOWN_BY_BROWSERS = ['jpg', 'png', 'webp', 'avif'];
const WHEEL_PER_DOUBLING = 280;

/** A photo that is zoomed and moved: wheel and two fingers zoom where they are, dragging moves, a double click is full size. */
export function PhotoStage({ jobId, photo, view, stage, size, isMaskShown, onChange }: PhotoStageProps) {
  const { api } = useStudio();
  const pointers = useRef(new Map<number, { readonly x: number; readonly y: number }>());
  const scale = size ? scaleOf(view, photo, size) : 0;
  const shown = scale * Math.max(photo.width, photo.height) * window.devicePixelRatio;
  const needsOriginal = shown > LARGE_PX && SHOWN_BY_BROWSERS.includes(photo.format);
  const [hasOriginal, setHasOriginal] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each photo has its own
  useEffect(() => setHasOriginal(false), [photo.photo_id]);

  const zoomAt = (factor: number, clientX: number, clientY: number) => {
    const box = stage.current?.getBoundingClientRect();
    if (!box) return;
    const at = { x: clientX - box.left - box.width / 2, y: clientY - box.top - box.height / 2 };
    onChange((now, room) => zoomTo(now, scaleOf(now, photo, room) * factor, photo, room, at));
  };
  const latest = useRef(zoomAt);
  latest.current = zoomAt;
  useEffect(() => {
    const element = stage.current;
    if (!element) return;
    // React's own listener is passive: it could not keep the page from being zoomed.
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      const speed = event.ctrlKey ? 8 : 1;
      latest.current(2 ** ((-event.deltaY * speed) / WHEEL_PER_DOUBLING), event.clientX, event.clientY);
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  }, [stage]);

  const onPointerMove = ({ pointerId, clientX, clientY }: PointerEvent) => {
    const from = pointers.current.get(pointerId);
    if (!from) return;
    const other = [...pointers.current].find(([id]) => id !== pointerId)?.[1];
    pointers.current.set(pointerId, { x: clientX, y: clientY });
    if (other) {
      const apart = (x: number, y: number) => Math.max(1, Math.hypot(x - other.x, y - other.y));
      zoomAt(apart(clientX, clientY) / apart(from.x, from.y), (clientX + other.x) / 2, (clientY + other.y) / 2);
    } else onChange((now, room) => panBy(now, clientX - from.x, clientY - from.y, photo, room));
  };
  const release = ({ pointerId }: PointerEvent) => {
    pointers.current.delete(pointerId);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the viewer has buttons and keys for the same
    <div
      ref={stage}
      className={`viewer-stage ${view.scale === 'fit' ? '' : 'is-zoomed'}`}
      onDoubleClick={(event) => zoomAt((view.scale === 'fit' ? 1 : 0) / scale, event.clientX, event.clientY)}
      onPointerDown={(event) => {
        pointers.current.set(event.pointerId, { x: event.clientX, y: event.clientY });
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={onPointerMove}
      onPointerUp={release}
      onPointerCancel={release}
    >
      {size && (
        <div
          className="viewer-picture"
          style={{
            width: photo.width * scale,
            height: photo.height * scale,
            transform: `translate(-50%, -50%) translate(${view.x}px, ${view.y}px)`,
          }}
        >
          <Picture path={api.thumbnailPath(jobId, photo.photo_id, LARGE_PX)} alt={photo.name} fit="contain" />
          {(needsOriginal || hasOriginal) && (
            <Picture
              path={api.photoPath(jobId, photo.photo_id)}
              alt=""
              fit="contain"
              onLoad={() => setHasOriginal(true)}
            />
          )}
          {isMaskShown && photo.has_mask && (
            <span className="viewer-mask">
              <Picture path={api.maskPath(jobId, photo.photo_id)} alt="" fit="contain" />
            </span>
          )}
        </div>
      )}
    </div>
  );
}
