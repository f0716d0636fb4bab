// A grid of tiles is no table: its rows are where the window's width puts them.
// biome-ignore-all lint/a11y/useSemanticElements: roles say what the tiles are
import { useVirtualizer } from '@tanstack/react-virtual';
import { Check, TriangleAlert } from 'lucide-react';
import { type KeyboardEvent, type MouseEvent, memo, useEffect, useRef, useState } from 'react';
import { Button, Tooltip, TooltipTrigger } from 'react-aria-components';
import type { PhotoResource } from '../../../src-shared/api/photo-schemas.js';
import { useStudio } from '../../stores/use-studio.js';
import { Picture } from '../../ui/picture.js';
import { texts } from '../../ui/texts.js';
import type { PhotoFlag } from './photo-flags.js';

interface PhotoGridProps {
  readonly jobId: string;
  readonly photos: readonly PhotoResource[];
  readonly flags: ReadonlyMap<string, readonly PhotoFlag[]>;
  readonly tileSize: number;
  readonly selected: ReadonlySet<string>;
  readonly onSelect: (selected: ReadonlySet<string>) => void;
  readonly onOpen: (photoId: string) => void;
  readonly onRemove: (photoIds: readonly string[]) => void;
}

const GAP = 10;
const CAPTION = 26;
const PADDING = 20;

/**
 * The photos as a grid in which only the rows in sight exist. One tile takes part in the tab order; arrows move, Space selects,
 * Enter opens, Delete leaves out.
 */
export function PhotoGrid({ jobId, photos, flags, tileSize, selected, onSelect, onOpen, onRemove }: PhotoGridProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  const [focused, setFocused] = useState(0);
  const anchor = useRef(0);
  const moved = useRef(false);
  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth - 2 * PADDING));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const columns = Math.max(1, Math.floor((width + GAP) / (tileSize + GAP)));
  const tileWidth = (width - GAP * (columns - 1)) / columns;
  const rowHeight = tileWidth * 0.75 + CAPTION + GAP;
  const rows = useVirtualizer({
    count: width > 0 ? Math.ceil(photos.length / columns) : 0,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 3,
    paddingStart: 4,
    paddingEnd: PADDING,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows are measured anew when their height changes
  useEffect(() => rows.measure(), [rows, rowHeight]);
  const current = Math.min(focused, photos.length - 1);

  useEffect(() => {
    if (!moved.current) return;
    moved.current = false;
    rows.scrollToIndex(Math.floor(current / columns));
    requestAnimationFrame(() =>
      scroller.current?.querySelector<HTMLElement>(`[data-index="${current}"]`)?.focus({ preventScroll: true }),
    );
  }, [current, columns, rows]);

  const select = (index: number, how: 'toggle' | 'range') => {
    const next = new Set(selected);
    if (how === 'range') {
      const [from, to] = [Math.min(anchor.current, index), Math.max(anchor.current, index)];
      for (const photo of photos.slice(from, to + 1)) next.add(photo.photo_id);
    } else {
      const id = photos[index]?.photo_id;
      if (id !== undefined && !next.delete(id)) next.add(id);
      anchor.current = index;
    }
    onSelect(next);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const steps: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns };
    const step = steps[event.key];
    const photo = photos[current];
    if (!photo) return;
    if (step !== undefined) {
      moved.current = true;
      setFocused(Math.min(photos.length - 1, Math.max(0, current + step)));
    } else if (event.key === 'Home' || event.key === 'End') {
      moved.current = true;
      setFocused(event.key === 'Home' ? 0 : photos.length - 1);
    } else if (event.key === ' ') select(current, event.shiftKey ? 'range' : 'toggle');
    else if (event.key === 'Enter') onOpen(photo.photo_id);
    else if (event.key === 'Escape') onSelect(new Set());
    else if (event.key === 'Delete' || event.key === 'Backspace')
      onRemove(selected.size > 0 ? [...selected] : [photo.photo_id]);
    else if (event.key === 'a' && (event.ctrlKey || event.metaKey)) onSelect(new Set(photos.map((p) => p.photo_id)));
    else return;
    event.preventDefault();
  };

  return (
    <div className="grid-scroller" ref={scroller}>
      <div
        className="grid"
        role="grid"
        aria-label={texts.photos.grid}
        aria-rowcount={Math.ceil(photos.length / columns)}
        aria-colcount={columns}
        aria-multiselectable
        style={{ height: rows.getTotalSize() }}
        onKeyDown={onKeyDown}
      >
        {rows.getVirtualItems().map((row) => (
          <div
            key={row.key}
            role="row"
            tabIndex={-1}
            aria-rowindex={row.index + 1}
            className="grid-row"
            style={{
              transform: `translateY(${row.start}px)`,
              height: rowHeight - GAP,
              gap: GAP,
              left: PADDING,
              right: PADDING,
            }}
          >
            {photos.slice(row.index * columns, (row.index + 1) * columns).map((photo, column) => {
              const index = row.index * columns + column;
              return (
                <PhotoTile
                  key={photo.photo_id}
                  jobId={jobId}
                  photo={photo}
                  flags={flags.get(photo.photo_id)}
                  width={tileWidth}
                  index={index}
                  column={column + 1}
                  isSelected={selected.has(photo.photo_id)}
                  isCurrent={index === current}
                  onClick={(event) => {
                    setFocused(index);
                    if (event.shiftKey) select(index, 'range');
                    else if (event.ctrlKey || event.metaKey) select(index, 'toggle');
                    else onOpen(photo.photo_id);
                  }}
                  onToggle={() => {
                    setFocused(index);
                    select(index, 'toggle');
                  }}
                />
              );
            })}
          </div>
        ))}
      </div>
    </div>
  );
}

interface PhotoTileProps {
  readonly jobId: string;
  readonly photo: PhotoResource;
  readonly flags: readonly PhotoFlag[] | undefined;
  readonly width: number;
  readonly index: number;
  readonly column: number;
  readonly isSelected: boolean;
  readonly isCurrent: boolean;
  readonly onClick: (event: MouseEvent) => void;
  readonly onToggle: () => void;
}

const THUMBNAIL_PX = 384;

const PhotoTile = memo(
  function PhotoTile({ jobId, photo, flags = [], width, index, column, isSelected, isCurrent, ...on }: PhotoTileProps) {
    const { api } = useStudio();
    const isLeftOut = flags.some(({ tone }) => tone === 'bad');
    return (
      // biome-ignore lint/a11y/useKeyWithClickEvents: the grid hears the keys for all its tiles
      <div
        role="gridcell"
        aria-colindex={column}
        aria-selected={isSelected}
        aria-label={[photo.name, ...flags.map(({ title }) => title)].join(', ')}
        tabIndex={isCurrent ? 0 : -1}
        data-index={index}
        className={`tile ${isLeftOut ? 'is-left-out' : ''}`}
        style={{ width }}
        onClick={on.onClick}
      >
        <div className="tile-picture">
          <Picture path={api.thumbnailPath(jobId, photo.photo_id, THUMBNAIL_PX)} alt="" />
          <button
            type="button"
            className="tile-check"
            tabIndex={-1}
            aria-hidden
            onClick={(event) => {
              event.stopPropagation();
              on.onToggle();
            }}
          >
            <Check size={14} strokeWidth={3} />
          </button>
          {flags.length > 0 && <FlagMark flags={flags} />}
        </div>
        <span className="tile-name">{photo.name}</span>
      </div>
    );
  },
  (a, b) =>
    a.photo === b.photo &&
    a.flags === b.flags &&
    a.width === b.width &&
    a.index === b.index &&
    a.isSelected === b.isSelected &&
    a.isCurrent === b.isCurrent &&
    a.onClick === b.onClick,
);

function FlagMark({ flags }: { readonly flags: readonly PhotoFlag[] }) {
  const isBad = flags.some(({ tone }) => tone === 'bad');
  return (
    <TooltipTrigger delay={150}>
      <Button
        className={`flag ${isBad ? 'flag-bad' : 'flag-warn'}`}
        excludeFromTabOrder
        aria-label={flags.map(({ title }) => title).join(', ')}
      >
        <TriangleAlert size={13} aria-hidden />
      </Button>
      <Tooltip className="tooltip tooltip-wide" offset={6}>
        {flags.map(({ title, hint }) => (
          <p key={title}>
            <strong>{title}</strong> {hint}
          </p>
        ))}
      </Tooltip>
    </TooltipTrigger>
  );
}
