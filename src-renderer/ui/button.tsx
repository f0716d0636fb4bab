import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import {
  Button as AriaButton,
  type ButtonProps as AriaButtonProps,
  Tooltip,
  TooltipTrigger,
} from 'react-aria-components';

interface ButtonProps extends Omit<AriaButtonProps, 'children' | 'className'> {
  readonly kind?: 'primary' | 'normal' | 'quiet' | 'danger';
  readonly size?: 's' | 'm' | 'l';
  readonly icon?: LucideIcon;
  readonly children: ReactNode;
  readonly className?: string;
}

/** A button with words. */
export function Button({ kind = 'normal', size = 'm', icon: Icon, children, className = '', ...rest }: ButtonProps) {
  return (
    <AriaButton {...rest} className={`button button-${kind} button-${size} ${className}`}>
      {Icon && <Icon size={size === 'l' ? 18 : 16} aria-hidden />}
      <span>{children}</span>
    </AriaButton>
  );
}

interface IconButtonProps extends Omit<AriaButtonProps, 'children' | 'className'> {
  readonly icon: LucideIcon;
  /** What it does: shown on hover and read aloud. */
  readonly label: string;
  readonly className?: string;
  readonly size?: number;
}

/** A button that is a picture; its words appear on hover and focus. */
export function IconButton({ icon: Icon, label, className = '', size = 17, ...rest }: IconButtonProps) {
  return (
    <TooltipTrigger delay={500} closeDelay={80}>
      <AriaButton {...rest} aria-label={label} className={`icon-button ${className}`}>
        <Icon size={size} aria-hidden />
      </AriaButton>
      <Tooltip className="tooltip" offset={6}>
        {label}
      </Tooltip>
    </TooltipTrigger>
  );
}
