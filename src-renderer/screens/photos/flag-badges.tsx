import { Camera, Copy, Droplets, ImageOff, type LucideIcon, Scaling, Sun, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { Button, Tooltip, TooltipTrigger } from 'react-aria-components';
import type { FlagKind, PhotoFlag } from './photo-flags.js';

export const FLAG_ICONS: Readonly<Record<FlagKind, LucideIcon>> = {
  blurred: Droplets,
  exposure: Sun,
  alike: Copy,
  camera: Camera,
  size: Scaling,
  unusable: ImageOff,
  other: TriangleAlert,
};

interface FlagBadgesProps {
  readonly flags: readonly PhotoFlag[];
  /** Shows the explanation without the mouse: the photo has the focus. */
  readonly isExplained: boolean;
}

/** What is wrong with a photo, as small pictures on it; pointing at them, or moving to the photo by keys, explains them. */
export function FlagBadges({ flags, isExplained }: FlagBadgesProps) {
  const [isHovered, setHovered] = useState(false);
  const isBad = flags.some(({ tone }) => tone === 'bad');
  const kinds = [...new Set(flags.map(({ kind }) => kind))];
  return (
    <TooltipTrigger delay={150} closeDelay={80} isOpen={isHovered || isExplained} onOpenChange={setHovered}>
      <Button
        className={`flag ${isBad ? 'flag-bad' : 'flag-warn'}`}
        excludeFromTabOrder
        aria-label={flags.map(({ title }) => title).join(', ')}
      >
        {kinds.map((kind) => {
          const Icon = FLAG_ICONS[kind];
          return <Icon key={kind} size={13} strokeWidth={2.2} aria-hidden />;
        })}
      </Button>
      <Tooltip className="tooltip tooltip-wide" offset={6}>
        {flags.map(({ title, hint }) => (
          <p key={title}>
            <strong>{title}.</strong> {hint}
          </p>
        ))}
      </Tooltip>
    </TooltipTrigger>
  );
}
