import type { PhotoResource, RefusedPhoto } from '../../../src-shared/api/photo-schemas.js';
import type { FlagKind, PhotoFlag } from './photo-flags.js';

/** Which photos are shown. */
export type PhotoFilter = 'all' | 'flagged' | Exclude<FlagKind, 'other'> | 'left-out';

export const PHOTO_FILTERS: readonly PhotoFilter[] = [
  ...(['all', 'flagged', 'blurred', 'exposure', 'alike', 'camera', 'size', 'unusable', 'left-out'] as const),
];

/** A tile of the grid: a photo, or a file that was refused. */
export type GridItem =
  | { readonly id: string; readonly photo: PhotoResource; readonly flags: readonly PhotoFlag[] }
  | { readonly id: string; readonly refused: RefusedPhoto };

const BY_NAME = new Intl.Collator('en', { numeric: true });
const nameOf = (item: GridItem) => ('photo' in item ? item.photo.name : item.refused.name);
const NO_FLAGS: readonly PhotoFlag[] = [];

export function gridItems(
  photos: readonly PhotoResource[],
  refused: readonly RefusedPhoto[],
  flags: ReadonlyMap<string, readonly PhotoFlag[]>,
): readonly GridItem[] {
  const items: GridItem[] = [
    ...photos.map((photo) => ({ id: photo.photo_id, photo, flags: flags.get(photo.photo_id) ?? NO_FLAGS })),
    ...refused.map((file) => ({ id: file.photo_id, refused: file })),
  ];
  return refused.length === 0 ? items : items.sort((a, b) => BY_NAME.compare(nameOf(a), nameOf(b)));
}

/** Whether a tile belongs to a group. Photos that are left out are settled: only `all` and `left-out` show them. */
export function isInGroup(item: GridItem, filter: PhotoFilter): boolean {
  if (filter === 'all') return true;
  if ('refused' in item) return filter === 'unusable' || filter === 'flagged';
  if (filter === 'left-out') return !item.photo.included;
  if (!item.photo.included) return false;
  return filter === 'flagged' ? item.flags.length > 0 : item.flags.some(({ kind }) => kind === filter);
}

export function groupSizes(items: readonly GridItem[]): Readonly<Record<PhotoFilter, number>> {
  const sizes = PHOTO_FILTERS.map((filter) => [filter, items.filter((item) => isInGroup(item, filter)).length]);
  return Object.fromEntries(sizes) as Record<PhotoFilter, number>;
}

/** The photos to leave out to be rid of a flag: all that have it; of those that look alike all but the sharpest. */
export function toLeaveOut(items: readonly GridItem[], kind: FlagKind): readonly string[] {
  const photos = items.flatMap((item) =>
    'photo' in item && item.photo.included && item.flags.some((flag) => flag.kind === kind) ? [item.photo] : [],
  );
  if (kind !== 'alike') return photos.map(({ photo_id }) => photo_id);
  const sharpest = new Set<string>();
  const seen = new Set<string>();
  for (const photo of [...photos].sort((a, b) => sharpness(b) - sharpness(a))) {
    if (seen.has(photo.photo_id)) continue;
    sharpest.add(photo.photo_id);
    for (const id of [photo.photo_id, ...alikeOf(photo)]) seen.add(id);
  }
  return photos.map(({ photo_id }) => photo_id).filter((id) => !sharpest.has(id));
}

const sharpness = ({ quality }: PhotoResource) => quality?.measures?.sharpness ?? 0;
const alikeOf = ({ quality }: PhotoResource) => quality?.flags.flatMap(({ alike = [] }) => alike) ?? [];
