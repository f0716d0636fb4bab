import type { PhotoResource, PhotoFlag as ServiceFlag } from '../../../src-shared/api/photo-schemas.js';
import type { QaReport } from '../../../src-shared/pipeline/qa-report.js';
import { texts } from '../../ui/texts.js';

/** What photos can be grouped by. */
export type FlagKind = 'blurred' | 'exposure' | 'alike' | 'camera' | 'size' | 'unusable' | 'other';

/** Something that a photo's owner should know. */
export interface PhotoFlag {
  readonly kind: FlagKind;
  /** `bad`: a run does without the photo. */
  readonly tone: 'warn' | 'bad';
  readonly title: string;
  readonly hint: string;
}

const KINDS: Readonly<Record<string, FlagKind>> = {
  PHOTO_BLURRED: 'blurred',
  PHOTO_TOO_DARK: 'exposure',
  PHOTO_TOO_BRIGHT: 'exposure',
  PHOTO_CLIPPED: 'exposure',
  PHOTO_NEAR_DUPLICATE: 'alike',
  PHOTO_OTHER_CAMERA: 'camera',
};

/** Longer side from which photos are not called small. */
const COMFORTABLE_PX = 1600;

export const isSmall = ({ width, height }: PhotoResource): boolean => Math.max(width, height) < COMFORTABLE_PX;

/** What the service says about photos of a run. */
interface Remark {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly photos?: readonly string[] | undefined;
}

/** The flags of each photo by its id: what the service saw before a run, then what the run made of it. */
export function flagPhotos(
  photos: readonly PhotoResource[],
  warnings: readonly Remark[],
  report: QaReport | undefined,
): ReadonlyMap<string, readonly PhotoFlag[]> {
  const names = new Map(photos.map(({ photo_id, name }) => [photo_id, name]));
  const remarks = report?.warnings ?? warnings;
  const states = new Map(report?.photos.list.map((photo) => [photo.name, photo]));
  // Where most photos are small this says nothing of the single one.
  const areSmall = 2 * photos.filter(isSmall).length > photos.length;
  return new Map(
    photos.map((photo) => {
      const flags = (photo.quality?.flags ?? []).map((flag) => ownFlag(flag, photo.quality?.usable ?? true, names));
      const known = new Set(photo.quality?.flags.map(({ code }) => code));
      const state = states.get(photo.name);
      if (state?.state === 'left-out' && !known.has(state.code ?? '')) {
        flags.unshift({ kind: 'other', tone: 'bad', title: texts.photos.notUsed, hint: state.reason ?? '' });
      }
      for (const { code, photos: concerned, message, hint = '' } of remarks) {
        if (!concerned?.includes(photo.name) || known.has(code)) continue;
        const { title = message, hint: advice = hint } = texts.photos.flags[code] ?? {};
        flags.push({ kind: KINDS[code] ?? 'other', tone: 'warn', title, hint: advice });
      }
      if (!areSmall && isSmall(photo)) flags.push({ kind: 'size', tone: 'warn', ...texts.photos.small });
      return [photo.photo_id, flags];
    }),
  );
}

function ownFlag(
  { code, message, hint, alike, differences }: ServiceFlag,
  isUsable: boolean,
  names: ReadonlyMap<string, string>,
): PhotoFlag {
  const text = texts.photos.flags[code] ?? { title: message, hint };
  const others = alike?.flatMap((id) => names.get(id) ?? []) ?? [];
  const detail = [
    ...(others.length > 0 ? [texts.photos.alikeWith(others)] : []),
    ...(differences && differences.length > 0 ? [texts.photos.differsIn(differences)] : []),
    ...(isUsable || code in texts.photos.flags ? [] : [message]),
  ];
  return {
    kind: isUsable ? (KINDS[code] ?? 'other') : 'unusable',
    tone: isUsable ? 'warn' : 'bad',
    title: text.title,
    hint: [...detail, text.hint].join(' '),
  };
}
