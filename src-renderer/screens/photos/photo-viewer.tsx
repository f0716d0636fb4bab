import { ChevronLeft, ChevronRight, Maximize, TriangleAlert, X, ZoomIn, ZoomOut } from 'lucide-react';
import { type PointerEvent, useEffect, useRef, useState, type WheelEvent } from 'react';
import { Dialog, Modal, ModalOverlay } from 'react-aria-components';
import type { PhotoResource } from '../../../src-shared/api/photo-schemas.js';
import { formatBytes } from '../../../src-shared/pipeline/figures-as-text.js';
import { useStudio } from '../../stores/use-studio.js';
import { Button, IconButton } from '../../ui/button.js';
import { Picture } from '../../ui/picture.js';
import { texts } from '../../ui/texts.js';
import type { PhotoFlag } from './photo-flags.js';

interface PhotoViewerProps {
  readonly jobId: string;
  readonly photos: readonly PhotoResource[];
  readonly flags: ReadonlyMap<string, readonly PhotoFlag[]>;
  readonly photoId: string | undefined;
  readonly onOpen: (photoId: string | undefined) => void;
  readonly onRemove: ((photoId: string) => void) | undefined;
}

/** As large as the service makes them; originals may be formats that no browser shows. */
const LARGE_PX = 2048;
const MOST_ZOOM = 8;
const FITTED = { zoom: 1, x: 0, y: 0 } as const;

/** One photo, large: wheel and buttons zoom, dragging moves, arrows go on. */
export function PhotoViewer({ jobId, photos, flags, photoId, onOpen, onRemove }: PhotoViewerProps) {
  const { api } = useStudio();
  const index = photos.findIndex((photo) => photo.photo_id === photoId);
  const photo = photos[index];
  const [view, setView] = useState<{ readonly zoom: number; readonly x: number; readonly y: number }>(FITTED);
  const drag = useRef<{ readonly x: number; readonly y: number }>(undefined);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another photo is shown whole
  useEffect(() => setView(FITTED), [photoId]);
  const go = (step: number) => onOpen(photos[(index + step + photos.length) % photos.length]?.photo_id);
  const zoomBy = (factor: number) =>
    setView(({ zoom, x, y }) => {
      const next = Math.min(MOST_ZOOM, Math.max(1, zoom * factor));
      return next === 1 ? FITTED : { zoom: next, x: (x * next) / zoom, y: (y * next) / zoom };
    });
  const isOpen = photo !== undefined;
  const keys = useRef<Readonly<Record<string, () => void>>>({});
  keys.current = {
    ArrowRight: () => go(1),
    ArrowLeft: () => go(-1),
    '+': () => zoomBy(1.5),
    '-': () => zoomBy(1 / 1.5),
  };
  useEffect(() => {
    if (!isOpen) return;
    const onKey = (event: KeyboardEvent) => keys.current[event.key]?.();
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [isOpen]);
  const onPointerMove = (event: PointerEvent) => {
    const from = drag.current;
    if (!from) return;
    drag.current = { x: event.clientX, y: event.clientY };
    setView((now) => ({ ...now, x: now.x + event.clientX - from.x, y: now.y + event.clientY - from.y }));
  };
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
            <header className="viewer-head">
              <div className="viewer-title">
                <strong>{photo.name}</strong>
                <span>
                  {photo.width} × {photo.height} · {formatBytes(photo.bytes)} · {index + 1} / {photos.length}
                </span>
              </div>
              {onRemove && (
                <Button size="s" onPress={() => onRemove(photo.photo_id)}>
                  {texts.photos.remove}
                </Button>
              )}
              <IconButton icon={ZoomOut} label={texts.photos.zoomOut} onPress={() => zoomBy(1 / 1.5)} />
              <IconButton icon={ZoomIn} label={texts.photos.zoomIn} onPress={() => zoomBy(1.5)} />
              <IconButton icon={Maximize} label={texts.photos.zoomFit} onPress={() => setView(FITTED)} />
              <IconButton icon={X} label={texts.common.close} onPress={() => onOpen(undefined)} />
            </header>
            <div
              className={`viewer-stage ${view.zoom > 1 ? 'is-zoomed' : ''}`}
              onWheel={(event: WheelEvent) => zoomBy(Math.exp(-event.deltaY / 400))}
              onPointerDown={(event) => {
                if (view.zoom === 1) return;
                drag.current = { x: event.clientX, y: event.clientY };
                event.currentTarget.setPointerCapture(event.pointerId);
              }}
              onPointerMove={onPointerMove}
              onPointerUp={() => {
                drag.current = undefined;
              }}
            >
              <div
                className="viewer-picture"
                style={{ transform: `translate(${view.x}px, ${view.y}px) scale(${view.zoom})` }}
              >
                <Picture
                  key={photo.photo_id}
                  path={api.thumbnailPath(jobId, photo.photo_id, LARGE_PX)}
                  alt={photo.name}
                  fit="contain"
                />
              </div>
              {photos.length > 1 && (
                <>
                  <IconButton
                    className="viewer-go viewer-previous"
                    icon={ChevronLeft}
                    size={24}
                    label={texts.photos.previous}
                    onPress={() => go(-1)}
                  />
                  <IconButton
                    className="viewer-go viewer-next"
                    icon={ChevronRight}
                    size={24}
                    label={texts.photos.next}
                    onPress={() => go(1)}
                  />
                </>
              )}
            </div>
            {(flags.get(photo.photo_id)?.length ?? 0) > 0 && (
              <ul className="viewer-flags">
                {flags.get(photo.photo_id)?.map(({ title, hint, tone }) => (
                  <li key={title} className={`viewer-flag flag-${tone}`}>
                    <TriangleAlert size={15} aria-hidden />
                    <span>
                      <strong>{title}</strong> {hint}
                    </span>
                  </li>
                ))}
              </ul>
            )}
          </Dialog>
        )}
      </Modal>
    </ModalOverlay>
  );
}
