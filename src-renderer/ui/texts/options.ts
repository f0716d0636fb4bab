import type { QualityTier } from '../../../src-shared/pipeline/quality-tiers.js';

/** `2 minutes`, `1.5 hours`: no finer than an estimate can be. */
function roughly(seconds: number): { readonly value: string; readonly unit: string } {
  if (seconds < 60) return { value: String(Math.max(10, Math.round(seconds / 10) * 10)), unit: 'seconds' };
  const minutes = seconds / 60;
  if (minutes < 10) return { value: String(Math.round(minutes)), unit: 'minutes' };
  if (minutes < 90) return { value: String(Math.round(minutes / 5) * 5), unit: 'minutes' };
  return { value: String(Math.round(minutes / 30) / 2), unit: 'hours' };
}

/** Texts of what can be chosen for a run, and what it will take. */
export const optionsTexts = {
  quality: 'Quality',
  tiers: {
    preview: { title: 'Quick look', text: 'A first impression in minutes' },
    standard: { title: 'Standard', text: 'For the web and for games' },
    premium: { title: 'Best', text: 'Fine detail; takes its time' },
  } satisfies Record<QualityTier, { title: string; text: string }>,
  triangles: 'Most triangles',
  texture: 'Texture size',
  byQuality: 'As the quality says',
  pixels: (size: number) => `${size.toLocaleString('en')} px`,
  engine: 'Engine',
  engines: {
    auto: 'Automatic',
    builtin: 'Built in',
    colmap: 'COLMAP',
    openmvg: 'OpenMVG',
    'openmvg-global': 'OpenMVG, global',
    openmvs: 'OpenMVS',
    'openmvg-openmvs': 'OpenMVG and OpenMVS',
  } as Readonly<Record<string, string>>,
  engineHints: {
    auto: 'What works best here: now the built-in engine',
    builtin: 'Needs nothing else, knows masks, gives the same model each time',
    colmap: 'Solves the cameras in difficult sets; depth too, if it was built for an NVIDIA card',
    'openmvg-openmvs': 'Cameras by the one, depth, surface and texture by the other: fine detail, takes its time',
  } as Readonly<Record<string, string>>,
  missing: (reason: string) => `${reason} See “Get other engines”.`,
  sfmHints: {
    auto: 'As the engine above says',
    builtin: 'Needs nothing else',
    colmap: 'Widely used, patient with difficult sets',
    openmvg: 'One photo after another',
    'openmvg-global': 'All photos at once: fast with many',
  } as Readonly<Record<string, string>>,
  denseHints: {
    auto: 'As the engine above says',
    builtin: 'Needs nothing else, not even a graphics card',
    colmap: 'Fast with an NVIDIA card, and only with one',
    openmvs: 'Surface and texture too: fine detail, takes its time',
  } as Readonly<Record<string, string>>,
  advanced: 'More options',
  sfm: 'Cameras are solved by',
  dense: 'Depth is computed by',
  until: 'End after',
  ends: {
    all: 'The model',
    sfm: 'The cameras',
    dense: 'The point cloud',
    mesh: 'The surface',
  } as Readonly<Record<string, string>>,
  estimate: 'What it will take',
  time(low: number, high: number): string {
    const [from, to] = [roughly(low), roughly(high)];
    if (high < 60) return 'Less than a minute';
    if (from.unit === to.unit)
      return from.value === to.value ? `About ${to.value} ${to.unit}` : `About ${from.value} to ${to.value} ${to.unit}`;
    return `About ${from.value} ${from.unit} to ${to.value} ${to.unit}`;
  },
  disk: (low: string, high: string) => `${low} to ${high} on disk`,
  memory: (high: string) => `Up to ${high} of memory`,
  basis: {
    measured: 'Reckoned from runs on this computer.',
    partly: 'Reckoned partly from runs on this computer.',
    general: 'A first guess: it gets closer with each run here.',
  },
  diskShort: (free: string) =>
    `The disk may become full: ${free} are free. Delete captures, or choose a lower quality.`,
  memoryShort: (most: string) =>
    `It may need more than the ${most} it can have. Choose a lower quality or fewer photos.`,
} as const;
