import { ChevronLeft, ChevronRight, Eye, EyeOff, Maximize, VenetianMask, X, ZoomIn, ZoomOut } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { Dialog, Modal, ModalOverlay, ToggleButton } from 'react-aria-components';
import type { PhotoResource } from '../../../src-shared/api/photo-schemas.js';
import { Button, IconButton } from '../../ui/button.js';
import { texts } from '../../ui/texts.js';
import { PhotoFacts } from './photo-facts.js';
import type { PhotoFlag } from './photo-flags.js';
import { PhotoStage } from './photo-stage.js';
import { FITTED, panBy, type Size, scaleOf, type ZoomView, zoomTo } from './viewer-zoom.js';

interface PhotoViewerProps {
  readonly jobId: string;
  /** Those of the grid, in its order. */
  readonly photos: readonly PhotoResource[];
  readonly flags: ReadonlyMap<string, readonly PhotoFlag[]>;
  readonly photoId: string | undefined;
  readonly canChange: boolean;
  readonly onOpen: (photoId: string | undefined) => void;
  readonly onInclude: (photoIds: readonly string[]) => void;
}

const ZOOM_STEP = 1.5;
const PAN_STEP_PX = 80;

/** One photo, large. Wheel, fingers and keys zoom, dragging moves, arrows go on. */
export function PhotoViewer({ photos, photoId, onOpen, ...rest }: PhotoViewerProps) {
  const index = photos.findIndex((photo) => photo.photo_id === photoId);
  const photo = photos[index];
  const go = (step: number) => onOpen(photos[(index + step + photos.length) % photos.length]?.photo_id);
  return (
    <ModalOverlay
      className="scrim scrim-dark"
      isDismissable
      isOpen={photo !== undefined}
      onOpenChange={() => onOpen(undefined)}
    >
      <Modal className="modal modal-full">
        {photo && (
          <Dialog className="viewer" aria-label={photo.name}>
            <OpenPhoto
              {...rest}
              photo={photo}
              place={photos.length > 1 ? `${index + 1} / ${photos.length}` : undefined}
              onGo={photos.length > 1 ? go : undefined}
              onClose={() => onOpen(undefined)}
            />
          </Dialog>
        )}
      </Modal>
    </ModalOverlay>
  );
}

interface OpenPhotoProps extends Omit<PhotoViewerProps, 'photos' | 'photoId' | 'onOpen'> {
  readonly photo: PhotoResource;
  readonly place: string | undefined;
  readonly onGo: ((step: number) => void) | undefined;
  readonly onClose: () => void;
}

function OpenPhoto({ jobId, photo, place, flags, canChange, onGo, onClose, onInclude }: OpenPhotoProps) {
  const stage = useRef<HTMLDivElement>(null);
  const size = useSize(stage);
  const [view, setView] = useState<ZoomView>(FITTED);
  const [isMaskShown, setMaskShown] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another photo is shown whole
  useEffect(() => setView(FITTED), [photo.photo_id]);
  const change = (by: (view: ZoomView, size: Size) => ZoomView) => size && setView((now) => by(now, size));
  const zoomBy = (factor: number) =>
    change((now, room) => zoomTo(now, scaleOf(now, photo, room) * factor, photo, room));
  const zoomFull = () => change((now, room) => zoomTo(now, 1, photo, room));
  const arrow = (step: number, x: number, y: number) => () => {
    if (view.scale === 'fit' || !size) step !== 0 && onGo?.(step);
    else change((now, room) => panBy(now, x * PAN_STEP_PX, y * PAN_STEP_PX, photo, room));
  };
  useViewerKeys({
    ArrowRight: arrow(1, -1, 0),
    ArrowLeft: arrow(-1, 1, 0),
    ArrowUp: arrow(0, 0, 1),
    ArrowDown: arrow(0, 0, -1),
    PageDown: () => onGo?.(1),
    PageUp: () => onGo?.(-1),
    '+': () => zoomBy(ZOOM_STEP),
    '=': () => zoomBy(ZOOM_STEP),
    '-': () => zoomBy(1 / ZOOM_STEP),
    '0': () => setView(FITTED),
    '1': zoomFull,
    m: () => photo.has_mask && setMaskShown((now) => !now),
    Delete: () => canChange && onInclude([photo.photo_id]),
  });
  return (
    <>
      <header className="viewer-head">
        <div className="viewer-title">
          <strong>{photo.name}</strong>
          <span>
            {place}
            {photo.included ? '' : ` · ${texts.photos.leftOut}`}
          </span>
        </div>
        {canChange && (
          <Button size="s" icon={photo.included ? EyeOff : Eye} onPress={() => onInclude([photo.photo_id])}>
            {photo.included ? texts.photos.leaveOut : texts.photos.takeIn}
          </Button>
        )}
        {photo.has_mask && (
          <ToggleButton
            className="icon-button"
            aria-label={texts.photos.mask}
            isSelected={isMaskShown}
            onChange={setMaskShown}
          >
            <VenetianMask size={17} aria-hidden />
          </ToggleButton>
        )}
        <IconButton icon={ZoomOut} label={texts.photos.zoomOut} onPress={() => zoomBy(1 / ZOOM_STEP)} />
        <Button className="viewer-percent" size="s" kind="quiet" onPress={zoomFull}>
          {size ? texts.photos.percent(scaleOf(view, photo, size)) : ''}
          <span className="visually-hidden"> {texts.photos.zoomFull}</span>
        </Button>
        <IconButton icon={ZoomIn} label={texts.photos.zoomIn} onPress={() => zoomBy(ZOOM_STEP)} />
        <IconButton icon={Maximize} label={texts.photos.zoomFit} onPress={() => setView(FITTED)} />
        <IconButton icon={X} label={texts.common.close} onPress={onClose} />
      </header>
      <div className="viewer-body">
        <div className="viewer-middle">
          <PhotoStage {...{ jobId, photo, view, stage, size, isMaskShown }} onChange={change} />
          {onGo && (
            <>
              <IconButton
                className="viewer-go viewer-previous"
                icon={ChevronLeft}
                size={24}
                label={texts.photos.previous}
                onPress={() => onGo(-1)}
              />
              <IconButton
                className="viewer-go viewer-next"
                icon={ChevronRight}
                size={24}
                label={texts.photos.next}
                onPress={() => onGo(1)}
              />
            </>
          )}
        </div>
        <PhotoFacts photo={photo} flags={flags.get(photo.photo_id) ?? []} />
      </div>
    </>
  );
}

/** Keys while the viewer is open; it is a dialog, so that the screen's keys rest. */
function useViewerKeys(keys: Readonly<Record<string, () => void>>): void {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const run = latest.current[event.key];
      if (!run) return;
      event.preventDefault();
      run();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}

function useSize(element: React.RefObject<HTMLElement | null>): Size | undefined {
  const [size, setSize] = useState<Size>();
  useEffect(() => {
    const target = element.current;
    if (!target) return;
    const observer = new ResizeObserver(() => setSize({ width: target.clientWidth, height: target.clientHeight }));
    observer.observe(target);
    return () => observer.disconnect();
  }, [element]);
  return size;
}
