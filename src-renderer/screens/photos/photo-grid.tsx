// A grid of tiles is no table: its rows are where the window's width puts them.
// biome-ignore-all lint/a11y/useSemanticElements: roles say what the tiles are
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import { texts } from '../../ui/texts.js';
import type { GridItem } from './photo-groups.js';
import { PhotoTile, type TileActions } from './photo-tile.js';

interface PhotoGridProps {
  readonly jobId: string;
  readonly items: readonly GridItem[];
  readonly tileSize: number;
  readonly selected: ReadonlySet<string>;
  readonly canChange: boolean;
  readonly onSelect: (selected: ReadonlySet<string>) => void;
  readonly onOpen: (photoId: string) => void;
  /** Leaves photos out, or takes them in again where all of them are out. */
  readonly onInclude: (photoIds: readonly string[]) => void;
  readonly onDismiss: (photoId: string) => void;
}

const GAP = 10;
const CAPTION = 26;
const PADDING = 20;

/**
 * The photos as a grid in which only the rows in sight exist. One tile takes part in the tab order; arrows move, Space selects,
 * Enter opens, Delete leaves out.
 */
export function PhotoGrid({ jobId, items, tileSize, selected, canChange, ...on }: PhotoGridProps) {
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
    count: width > 0 ? Math.ceil(items.length / columns) : 0,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 3,
    paddingStart: 4,
    paddingEnd: PADDING,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows are measured anew when their height changes
  useEffect(() => rows.measure(), [rows, rowHeight]);
  const current = Math.min(focused, items.length - 1);

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
      for (const item of items.slice(from, to + 1)) if ('photo' in item) next.add(item.id);
    } else {
      const item = items[index];
      if (item && 'photo' in item && !next.delete(item.id)) next.add(item.id);
      anchor.current = index;
    }
    on.onSelect(next);
  };
  const actions = useLatest<TileActions>({
    click(index, event) {
      setFocused(index);
      const item = items[index];
      if (!item || 'refused' in item) return;
      if (event.shiftKey) select(index, 'range');
      else if (event.ctrlKey || event.metaKey) select(index, 'toggle');
      else on.onOpen(item.id);
    },
    toggle(index) {
      setFocused(index);
      select(index, 'toggle');
    },
    include(index) {
      const item = items[index];
      if (item) on.onInclude([item.id]);
    },
    dismiss(index) {
      const item = items[index];
      if (item) on.onDismiss(item.id);
    },
  });
  const onKeyDown = (event: KeyboardEvent) => {
    const steps: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns };
    const step = steps[event.key];
    const item = items[current];
    if (!item) return;
    if (step !== undefined) {
      moved.current = true;
      setFocused(Math.min(items.length - 1, Math.max(0, current + step)));
    } else if (event.key === 'Home' || event.key === 'End') {
      moved.current = true;
      setFocused(event.key === 'Home' ? 0 : items.length - 1);
    } else if (event.key === ' ') select(current, event.shiftKey ? 'range' : 'toggle');
    else if (event.key === 'Enter') 'photo' in item && on.onOpen(item.id);
    else if (event.key === 'Escape') on.onSelect(new Set());
    else if (event.key === 'Delete' || event.key === 'Backspace') {
      if ('refused' in item) on.onDismiss(item.id);
      else on.onInclude(selected.size > 0 ? [...selected] : [item.id]);
    } else if (event.key === 'a' && (event.ctrlKey || event.metaKey))
      on.onSelect(new Set(items.flatMap((one) => ('photo' in one ? [one.id] : []))));
    else return;
    event.preventDefault();
  };

  return (
    <div className="grid-scroller" ref={scroller}>
      <div
        className="grid"
        role="grid"
        aria-label={texts.photos.grid}
        aria-rowcount={Math.ceil(items.length / columns)}
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
            {items.slice(row.index * columns, (row.index + 1) * columns).map((item, column) => {
              const index = row.index * columns + column;
              return (
                <PhotoTile
                  key={item.id}
                  {...{ jobId, item, index, canChange, actions, width: tileWidth, column: column + 1 }}
                  isSelected={selected.has(item.id)}
                  isCurrent={index === current}
                />
              );
            })}
          </div>
        ))}
      </div>
    </div>
  );
}

/** Functions that stay the same objects and do what the newest ones do. */
function useLatest<Functions extends { readonly [Name in keyof Functions]: (...values: never[]) => void }>(
  newest: Functions,
): Functions {
  const latest = useRef(newest);
  useEffect(() => {
    latest.current = newest;
  });
  return useMemo(() => {
    const names = Object.keys(latest.current) as (keyof Functions)[];
    const stable = names.map((name) => [name, (...values: never[]) => latest.current[name](...values)]);
    return Object.fromEntries(stable) as Functions;
  }, []);
}
