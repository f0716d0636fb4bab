import { Ellipsis, type LucideIcon } from 'lucide-react';
import { lazy, Suspense } from 'react';
import { IconButton } from './button.js';
import { texts } from './texts.js';

export interface MenuEntry {
  readonly id: string;
  readonly label: string;
  readonly icon: LucideIcon;
  readonly isDanger?: boolean;
  readonly run: () => void;
}

export interface MoreMenuProps {
  readonly entries: readonly MenuEntry[];
  readonly label?: string;
}

const OpenMenu = lazy(() => import('./open-menu.js').then(({ OpenMenu: C }) => ({ default: C })));

/** More actions behind three dots. Menus are a large part of the component library: the first screen does not wait for them. */
export function MoreMenu({ entries, label = texts.common.more }: MoreMenuProps) {
  return (
    <Suspense fallback={<IconButton icon={Ellipsis} label={label} isDisabled />}>
      <OpenMenu entries={entries} label={label} />
    </Suspense>
  );
}
