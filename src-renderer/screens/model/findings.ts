import { formatPercent } from '../../../src-shared/pipeline/figures-as-text.js';
import type { QaReport } from '../../../src-shared/pipeline/qa-report.js';
import { texts } from '../../ui/texts.js';

export type Grade = 'good' | 'fair' | 'poor';

/** What a finding is shown by: photos by their names, or a drawing of the model. */
export type FindingProof =
  | { readonly kind: 'photos'; readonly names: readonly string[] }
  /** Borders of the surface. */
  | { readonly kind: 'open' }
  /** What photos see and do not see. */
  | { readonly kind: 'seen' }
  /** A photo beside the model from its camera. */
  | { readonly kind: 'pair'; readonly name: string };

/** A figure of the quality report in plain words. */
export interface Finding {
  readonly id: string;
  readonly grade: Grade;
  readonly title: string;
  readonly hint: string;
  /** Where something is to be seen about it; always with a problem that photos or the model can show. */
  readonly proof?: FindingProof;
}

const { findings: words } = texts.model;
const SHOWN_PHOTOS = 3;

/** @param good from here on it is good @param fair from here on it is fair */
const rising = (value: number, good: number, fair: number): Grade =>
  value >= good ? 'good' : value >= fair ? 'fair' : 'poor';

const photosProof = (names: readonly string[]): Pick<Finding, 'proof'> =>
  names.length === 0 ? {} : { proof: { kind: 'photos', names: names.slice(0, SHOWN_PHOTOS) } };

/** What can be said about a model, in the order in which it matters. Figures that were not computed are not spoken of. */
export function findingsOf(report: QaReport): readonly Finding[] {
  return [
    ...usedPhotos(report),
    ...likeness(report),
    ...cameraFit(report),
    ...openness(report),
    ...seenSurface(report),
    ...remarks(report),
  ].map((finding) => (finding.grade === 'good' ? withoutProof(finding) : finding));
}

function withoutProof({ proof: _, ...finding }: Finding): Finding {
  return finding;
}

function usedPhotos({ photos }: QaReport): Finding[] {
  return [
    {
      ...{ id: 'photos', title: words.aligned(photos.used, photos.given), hint: words.alignedHint },
      grade: rising(photos.used / Math.max(1, photos.given), 0.95, 0.75),
      ...photosProof(photos.list.filter(({ state }) => state === 'left-out').map(({ name }) => name)),
    },
  ];
}

/** The photo that the model looks least like is its proof. */
function likeness({ views }: QaReport): Finding[] {
  if (views?.meanPsnrDb === undefined) return [];
  const { meanPsnrDb } = views;
  const measured = views.views.filter(({ psnrDb }) => psnrDb !== undefined);
  const worst = measured.sort((a, b) => (a.psnrDb ?? 0) - (b.psnrDb ?? 0))[0];
  return [
    {
      ...{ id: 'likeness', title: words.likeness(meanPsnrDb.toFixed(1)), hint: words.likenessHint },
      grade: rising(meanPsnrDb, 20, 16),
      ...(worst && { proof: { kind: 'pair' as const, name: worst.name } }),
    },
  ];
}

/** The photos that share the fewest points with the others are its proof. */
function cameraFit({ sparse, photos }: QaReport): Finding[] {
  if (!sparse) return [];
  const { meanReprojectionErrorPx: error } = sparse;
  const weakest = photos.list
    .filter(({ state, observations }) => state === 'used' && observations !== undefined)
    .sort((a, b) => (a.observations ?? 0) - (b.observations ?? 0));
  return [
    {
      ...{ id: 'cameras', title: words.sharpness(error.toFixed(2)), hint: words.sharpnessHint },
      grade: rising(-error, -1, -1.6),
      ...photosProof(weakest.map(({ name }) => name)),
    },
  ];
}

function openness({ mesh }: QaReport): Finding[] {
  if (!mesh) return [];
  if (mesh.watertight) return [{ id: 'closed', grade: 'good', title: words.closed, hint: '' }];
  const title = words.open(mesh.boundaryEdges);
  return [{ ...{ id: 'closed', grade: 'fair', title, hint: words.openHint }, proof: { kind: 'open' } }];
}

function seenSurface({ texture }: QaReport): Finding[] {
  if (texture?.seenShare === undefined) return [];
  return [
    {
      ...{ id: 'seen', title: words.seen(formatPercent(texture.seenShare)), hint: words.seenHint },
      grade: rising(texture.seenShare, 0.9, 0.7),
      proof: { kind: 'seen' },
    },
  ];
}

/** Warnings of the run: blurred photos and the like. */
function remarks({ warnings }: QaReport): Finding[] {
  return warnings.map(({ code, message, hint, photos = [] }) => ({
    ...{ id: `${code} ${message}`, grade: 'fair' as const, title: message, hint },
    ...photosProof(photos),
  }));
}
