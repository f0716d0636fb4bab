import type { PhotoResource } from '../../../src-shared/api/photo-schemas.js';
import { formatBytes } from '../../../src-shared/pipeline/figures-as-text.js';
import { texts } from '../../ui/texts.js';
import { FLAG_ICONS } from './flag-badges.js';
import type { PhotoFlag } from './photo-flags.js';

/** What is to remark on a photo, and what the camera wrote about it. */
export function PhotoFacts({ photo, flags }: { readonly photo: PhotoResource; readonly flags: readonly PhotoFlag[] }) {
  return (
    <aside className="viewer-side" aria-label={texts.photos.facts}>
      {flags.length === 0 ? (
        <p className="viewer-calm">{texts.photos.noFlags}</p>
      ) : (
        <ul className="viewer-flags">
          {flags.map(({ kind, title, hint, tone }) => {
            const Icon = FLAG_ICONS[kind];
            return (
              <li key={title} className={`viewer-flag viewer-flag-${tone}`}>
                <Icon size={15} aria-hidden />
                <span>
                  <strong>{title}</strong> {hint}
                </span>
              </li>
            );
          })}
        </ul>
      )}
      <dl className="viewer-facts">
        {factsOf(photo).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value ?? <span className="viewer-unknown">{texts.photos.notKnown}</span>}</dd>
          </div>
        ))}
      </dl>
    </aside>
  );
}

function factsOf({
  width,
  height,
  bytes,
  format,
  quality,
}: PhotoResource): readonly (readonly [string, string | undefined])[] {
  const { factNames: names } = texts.photos;
  const { exif = {}, measures = null } = quality ?? {};
  const { make = '', model = '' } = exif;
  // Many models begin with their maker's name.
  const camera = model.toLowerCase().startsWith(make.toLowerCase()) ? model : `${make} ${model}`;
  const focal = exif.focal_length_mm;
  const exposure = [
    exif.exposure_seconds === undefined ? undefined : shutter(exif.exposure_seconds),
    exif.f_number === undefined ? undefined : `f/${exif.f_number}`,
    exif.iso === undefined ? undefined : `ISO ${exif.iso}`,
  ].filter((part) => part !== undefined);
  return [
    [names.camera, camera.trim() || undefined],
    [names.lens, exif.lens],
    [
      names.focal,
      focal === undefined ? undefined : `${Number(focal.toFixed(1))} mm${equivalent(exif.focal_length_35mm)}`,
    ],
    [names.exposure, exposure.length > 0 ? exposure.join(' · ') : undefined],
    [names.taken, exif.captured_at?.replace('T', ', ')],
    [names.size, `${width} × ${height} · ${((width * height) / 1e6).toFixed(1)} MP`],
    [names.file, `${format.toUpperCase()} · ${formatBytes(bytes)}`],
    ...(measures
      ? ([
          [names.sharpness, texts.photos.sharpnessOf(measures.relative_sharpness)],
          [names.light, texts.photos.lightOf(measures.percentile_5, measures.percentile_95, measures.clipped_share)],
        ] as const)
      : []),
  ];
}

const equivalent = (mm: number | undefined) => (mm === undefined ? '' : ` (${Math.round(mm)} mm in 35 mm)`);

const shutter = (seconds: number) =>
  seconds >= 0.4 ? `${Number(seconds.toFixed(1))} s` : `1/${Math.round(1 / seconds)} s`;
