import { expect, it } from 'vitest';
import { formatBytes, formatPercent, formatSeconds, formatTimeLeft } from '#shared/pipeline/figures-as-text.js';

it.each([
  [0.04, '0.0 s'],
  [9.94, '9.9 s'],
  [9.96, '10 s'],
  [59.6, '1 min'],
  [200, '3 min 20 s'],
  [3600, '1 h'],
  [3900, '1 h 5 min'],
])('writes %s seconds as %s', (seconds, text) => {
  expect(formatSeconds(seconds)).toBe(text);
});

it.each([
  [3, 'a few seconds left'],
  [41, 'about 50 s left'],
  [59, 'about 1 min left'],
  [240, 'about 4 min left'],
  [4000, 'about 1 h 10 min left'],
])('writes %s seconds left as "%s"', (seconds, text) => {
  expect(formatTimeLeft(seconds)).toBe(text);
});

it.each([
  [400, '1 kB'],
  [985_000, '985 kB'],
  [4_300_000, '4.3 MB'],
  [812_000_000, '812 MB'],
  [1_400_000_000, '1.4 GB'],
])('writes %s bytes as %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

it('never rounds progress up to the end', () => {
  expect(formatPercent(0.999)).toBe('99 %');
});
