import { ProgressBar } from 'react-aria-components';

/** @param fraction 0..1; undefined while it is not known */
export function Bar({
  label,
  fraction,
  size = 'm',
}: {
  readonly label: string;
  readonly fraction: number | undefined;
  readonly size?: 's' | 'm';
}) {
  return (
    <ProgressBar
      aria-label={label}
      {...(fraction === undefined ? { isIndeterminate: true } : { value: fraction * 100 })}
      className={`bar bar-${size} ${fraction === undefined ? 'is-pending' : ''}`}
    >
      <span className="bar-fill" style={{ transform: `scaleX(${fraction ?? 0.3})` }} />
    </ProgressBar>
  );
}
