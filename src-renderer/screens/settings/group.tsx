import type { ReactNode } from 'react';

/** Settings that belong together. */
export function Group({
  title,
  intro,
  children,
}: {
  readonly title: string;
  readonly intro?: string;
  readonly children: ReactNode;
}) {
  return (
    <section className="group" aria-label={title}>
      <h2 className="section-title">{title}</h2>
      {intro && <p className="group-intro">{intro}</p>}
      <div className="group-rows">{children}</div>
    </section>
  );
}

/** One setting: its name and what it means at the left, its value at the right. */
export function Row({
  name,
  hint,
  children,
}: {
  readonly name: string;
  readonly hint?: string | undefined;
  readonly children?: ReactNode;
}) {
  return (
    <div className="setting">
      <span className="setting-name">
        {name}
        {hint && <span className="setting-hint">{hint}</span>}
      </span>
      {children !== undefined && <span className="setting-value">{children}</span>}
    </div>
  );
}
