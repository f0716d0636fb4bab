const UNITS = [
  ['minute', 60],
  ['hour', 3600],
  ['day', 86_400],
] as const;

/** `just now`, `5 minutes ago`, `yesterday`; a date when it is longer ago than a week. */
export function formatWhen(iso: string, now = Date.now()): string {
  const seconds = (now - Date.parse(iso)) / 1000;
  if (seconds < 50) return 'just now';
  if (seconds > 7 * 86_400)
    return new Date(iso).toLocaleDateString('en', { day: 'numeric', month: 'short', year: 'numeric' });
  const [unit, length] = UNITS.findLast(([, size]) => seconds >= size * 0.8) ?? UNITS[0];
  return new Intl.RelativeTimeFormat('en', { numeric: 'auto' }).format(-Math.round(seconds / length), unit);
}
