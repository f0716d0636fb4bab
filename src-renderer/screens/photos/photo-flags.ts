import type { PhotoResource } from '../../../src-shared/api/photo-schemas.js';
import type { QaReport } from '../../../src-shared/pipeline/qa-report.js';
import { texts } from '../../ui/texts.js';

/** Something that a photo's owner should know. */
export interface PhotoFlag {
  readonly tone: 'warn' | 'bad';
  readonly title: string;
  readonly hint: string;
}

/** As the import stage requires. */
const MIN_SIDE_PX = 320;
const COMFORTABLE_PX = 1600;
/** Shapes of one camera differ by rounding only. */
const SHAPE_TOLERANCE = 0.02;

/** What the service says about photos of a run. */
interface Remark {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly photos?: readonly string[] | undefined;
}

/** The flags of each photo: from its size at once, from the run when it has looked at them. */
export function flagPhotos(
  photos: readonly PhotoResource[],
  warnings: readonly Remark[],
  quality: QaReport | undefined,
): ReadonlyMap<string, readonly PhotoFlag[]> {
  const usual = usualShape(photos);
  const remarks = quality?.warnings ?? warnings;
  const states = new Map(quality?.photos.list.map((photo) => [photo.name, photo]));
  return new Map(
    photos.map((photo) => {
      const flags: PhotoFlag[] = [];
      const state = states.get(photo.name);
      if (state?.state === 'left-out') {
        flags.push({ tone: 'bad', title: texts.photos.notUsed, hint: state.reason ?? '' });
      }
      for (const { photos: names, message, hint = '' } of remarks) {
        if (names?.includes(photo.name)) flags.push({ tone: 'warn', title: message, hint });
      }
      if (flags.length === 0) flags.push(...ownFlags(photo, usual));
      return [photo.photo_id, flags];
    }),
  );
}

function ownFlags({ width, height }: PhotoResource, usual: number | undefined): PhotoFlag[] {
  const { flags } = texts.photos;
  if (Math.min(width, height) < MIN_SIDE_PX) return [{ tone: 'bad', title: flags.tooSmall, hint: flags.tooSmallHint }];
  if (usual !== undefined && Math.abs(shape({ width, height }) / usual - 1) > SHAPE_TOLERANCE)
    return [{ tone: 'warn', title: flags.otherShape, hint: flags.otherShapeHint }];
  if (Math.max(width, height) < COMFORTABLE_PX) return [{ tone: 'warn', title: flags.small, hint: flags.smallHint }];
  return [];
}

/** Longer side by shorter side: photos held upright and across are alike. */
const shape = ({ width, height }: Pick<PhotoResource, 'width' | 'height'>) =>
  Math.max(width, height) / Math.max(1, Math.min(width, height));

/** The shape that more than half of the photos have. */
function usualShape(photos: readonly PhotoResource[]): number | undefined {
  if (photos.length < 3) return undefined;
  const shapes = photos.map(shape).sort((a, b) => a - b);
  const median = shapes[shapes.length >> 1] ?? 1;
  const alike = shapes.filter((value) => Math.abs(value / median - 1) <= SHAPE_TOLERANCE).length;
  return alike * 2 > photos.length ? median : undefined;
}
