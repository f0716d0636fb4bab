import type { Photo } from '../../../src-shared/scene/photo.js';
import type { FeaturePreset, OpenMvgEffort } from './openmvg-commands.js';

const PRESETS: readonly FeaturePreset[] = ['NORMAL', 'HIGH', 'ULTRA'];

/** Photos below this have too few features at their own size: temple (0.3) is solved five times as exactly with ULTRA. */
const SMALL_MEGAPIXELS = 1;
/** Photos above this have features enough; at twice their size they need more memory than most computers have. */
const LARGE_MEGAPIXELS = 4;

/**
 * What to try in turn, until photos enough are aligned: the preset that suits the photos' size, the most that they allow, and, where
 * there are masks, the latter in the whole photos.
 *
 * @param detail steps more or fewer than photos of this size usually get
 */
export function effortsFor(photos: readonly Photo[], detail: number): readonly OpenMvgEffort[] {
  const megapixels = Math.max(...photos.map(({ width, height }) => (width * height) / 1e6));
  const usual = megapixels < SMALL_MEGAPIXELS ? 2 : megapixels < LARGE_MEGAPIXELS ? 1 : 0;
  const most = megapixels < LARGE_MEGAPIXELS ? 2 : 1;
  const first = Math.min(most, Math.max(0, usual + detail));
  const presets = [...new Set([PRESETS[first]!, PRESETS[most]!])];
  const hasMasks = photos.some(({ maskPath }) => maskPath !== undefined);
  return [
    ...presets.map((preset) => ({ preset, ignoresMasks: false })),
    ...(hasMasks ? [{ preset: PRESETS[most]!, ignoresMasks: true }] : []),
  ];
}
