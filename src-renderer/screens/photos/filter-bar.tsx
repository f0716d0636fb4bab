import { Eye, EyeOff } from 'lucide-react';
import { ToggleButton, ToggleButtonGroup } from 'react-aria-components';
import { Button } from '../../ui/button.js';
import { texts } from '../../ui/texts.js';
import { FLAG_ICONS } from './flag-badges.js';
import { type GridItem, groupSizes, PHOTO_FILTERS, type PhotoFilter, toLeaveOut } from './photo-groups.js';

interface FilterBarProps {
  readonly items: readonly GridItem[];
  readonly filter: PhotoFilter;
  readonly canChange: boolean;
  readonly onFilter: (filter: PhotoFilter) => void;
  readonly onInclude: (photoIds: readonly string[], included: boolean) => void;
}

/** The groups of photos that there are, and what can be done with the one that is shown. */
export function FilterBar({ items, filter, canChange, onFilter, onInclude }: FilterBarProps) {
  const sizes = groupSizes(items);
  const shown = PHOTO_FILTERS.filter((name) => name === 'all' || sizes[name] > 0 || name === filter);
  if (shown.length < 2) return null;
  return (
    <div className="filter-bar">
      <ToggleButtonGroup
        aria-label={texts.photos.filter}
        className="chips"
        selectionMode="single"
        disallowEmptySelection
        selectedKeys={[filter]}
        onSelectionChange={(keys) => {
          const chosen = PHOTO_FILTERS.find((name) => keys.has(name));
          if (chosen) onFilter(chosen);
        }}
      >
        {shown.map((name) => {
          const Icon = name in FLAG_ICONS ? FLAG_ICONS[name as keyof typeof FLAG_ICONS] : undefined;
          return (
            <ToggleButton key={name} id={name} className="chip">
              {Icon && <Icon size={13} aria-hidden />}
              {texts.photos.filters[name]} <span className="chip-count">{sizes[name].toLocaleString('en')}</span>
            </ToggleButton>
          );
        })}
      </ToggleButtonGroup>
      {canChange && <GroupAction items={items} filter={filter} onInclude={onInclude} />}
    </div>
  );
}

function GroupAction({ items, filter, onInclude }: Pick<FilterBarProps, 'items' | 'filter' | 'onInclude'>) {
  if (filter === 'all' || filter === 'flagged') return null;
  if (filter === 'left-out') {
    const ids = items.flatMap((item) => ('photo' in item && !item.photo.included ? [item.id] : []));
    return (
      <Button size="s" icon={Eye} isDisabled={ids.length === 0} onPress={() => onInclude(ids, true)}>
        {texts.photos.takeInAll}
      </Button>
    );
  }
  const ids = toLeaveOut(items, filter);
  return (
    <Button size="s" icon={EyeOff} isDisabled={ids.length === 0} onPress={() => onInclude(ids, false)}>
      {texts.photos.leaveOutGroup[filter]}
    </Button>
  );
}
