import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { texts } from './texts.js';

interface MessageProps {
  readonly icon: LucideIcon;
  readonly title: string;
  readonly hint?: string;
  /** Stable code of an error, for those who look it up. */
  readonly code?: string | undefined;
  readonly tone?: 'calm' | 'good' | 'bad';
  readonly children?: ReactNode;
}

/** What a whole area says: nothing here yet, something went wrong, all done. */
export function Message({ icon: Icon, title, hint, code, tone = 'calm', children }: MessageProps) {
  return (
    <div className={`message message-${tone}`} role={tone === 'bad' ? 'alert' : undefined}>
      <span className="message-icon">
        <Icon size={26} strokeWidth={1.6} aria-hidden />
      </span>
      <h2 className="message-title">{title}</h2>
      {hint && <p className="message-hint">{hint}</p>}
      {children && <div className="message-actions">{children}</div>}
      {code && <p className="message-code">{texts.common.code(code)}</p>}
    </div>
  );
}
