// A grid of tiles is no table: its rows are where the window's width puts them.
// biome-ignore-all lint/a11y/useSemanticElements: roles say what the tiles are
import { Check, Eye, EyeOff, FileX2, ImageOff, X } from 'lucide-react';
import { type MouseEvent, memo, useState } from 'react';
import { useStudio } from '../../stores/use-studio.js';
import { Picture } from '../../ui/picture.js';
import { texts } from '../../ui/texts.js';
import { FlagBadges } from './flag-badges.js';
import type { GridItem } from './photo-groups.js';

/** What can be done with a tile. The same functions for all tiles at all times: those that stay as they are are not drawn again. */
export interface TileActions {
  readonly click: (index: number, event: MouseEvent) => void;
  readonly toggle: (index: number) => void;
  readonly include: (index: number) => void;
  readonly dismiss: (index: number) => void;
}

interface TileProps {
  readonly jobId: string;
  readonly item: GridItem;
  readonly width: number;
  readonly index: number;
  readonly column: number;
  readonly isSelected: boolean;
  readonly isCurrent: boolean;
  readonly canChange: boolean;
  readonly actions: TileActions;
}

const THUMBNAIL_PX = 384;

/** One photo, or one file that was refused, in the grid. */
export const PhotoTile = memo(function PhotoTile(props: TileProps) {
  const { item, width, index, column, isSelected, isCurrent, actions } = props;
  const [isFocused, setFocused] = useState(false);
  const isRefused = 'refused' in item;
  const isOut = isRefused || !item.photo.included || item.flags.some(({ tone }) => tone === 'bad');
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid hears the keys for all its tiles
    <div
      role="gridcell"
      aria-colindex={column}
      aria-selected={isSelected}
      tabIndex={isCurrent ? 0 : -1}
      data-index={index}
      className={`tile ${isOut ? 'is-left-out' : ''} ${isRefused ? 'is-refused' : ''}`}
      style={{ width }}
      onClick={(event) => actions.click(index, event)}
      onFocus={(event) => setFocused(event.target === event.currentTarget && event.target.matches(':focus-visible'))}
      onBlur={() => setFocused(false)}
    >
      {isRefused ? (
        <RefusedFace {...props} item={item} />
      ) : (
        <PhotoFace {...props} item={item} isExplained={isFocused} />
      )}
      <span className="tile-name">{isRefused ? item.refused.name : item.photo.name}</span>
    </div>
  );
});

type PhotoItem = Extract<GridItem, { readonly photo: unknown }>;
type RefusedItem = Extract<GridItem, { readonly refused: unknown }>;

function PhotoFace({
  jobId,
  item: { photo, flags },
  index,
  canChange,
  isExplained,
  actions,
}: TileProps & { readonly item: PhotoItem; readonly isExplained: boolean }) {
  const { api } = useStudio();
  return (
    <div className="tile-picture">
      {photo.quality?.measures === null ? (
        <span className="tile-unreadable">
          <ImageOff size={20} aria-hidden />
          {flags[0]?.title}
        </span>
      ) : (
        <Picture path={api.thumbnailPath(jobId, photo.photo_id, THUMBNAIL_PX)} alt="" />
      )}
      <TileButton className="tile-check" onPress={() => actions.toggle(index)}>
        <Check size={14} strokeWidth={3} />
      </TileButton>
      {flags.length > 0 && <FlagBadges flags={flags} isExplained={isExplained} />}
      {!photo.included && (
        <span className="tile-out">
          <EyeOff size={12} aria-hidden /> {texts.photos.leftOut}
        </span>
      )}
      {canChange && (
        <TileButton
          className="tile-include"
          title={photo.included ? texts.photos.leaveOut : texts.photos.takeIn}
          onPress={() => actions.include(index)}
        >
          {photo.included ? <EyeOff size={14} /> : <Eye size={14} />}
        </TileButton>
      )}
    </div>
  );
}

function RefusedFace({ item: { refused }, index, canChange, actions }: TileProps & { readonly item: RefusedItem }) {
  return (
    <div className="tile-picture tile-refused">
      <FileX2 size={20} aria-hidden />
      <strong>{texts.photos.refused}</strong>
      <span title={refused.hint}>{refusalOf(refused)}</span>
      {canChange && (
        <TileButton className="tile-include" title={texts.photos.dismiss} onPress={() => actions.dismiss(index)}>
          <X size={14} />
        </TileButton>
      )}
    </div>
  );
}

/** A button for the mouse alone: the grid has a key for the same. */
function TileButton({
  className,
  title,
  onPress,
  children,
}: {
  readonly className: string;
  readonly title?: string;
  readonly onPress: () => void;
  readonly children: React.ReactNode;
}) {
  return (
    <button
      type="button"
      className={className}
      tabIndex={-1}
      aria-hidden
      title={title}
      onClick={(event) => {
        event.stopPropagation();
        onPress();
      }}
    >
      {children}
    </button>
  );
}

const refusalOf = ({ code, message, hint }: RefusedItem['refused']): string =>
  texts.photos.flags[code]?.hint ?? `${message} ${hint}`;
