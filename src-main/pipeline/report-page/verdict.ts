import type { QaReport } from '../../../src-shared/pipeline/qa-report.js';

/** What a person should think of the result, in plain words. */
export interface Verdict {
  readonly grade: 'good' | 'fair' | 'poor' | 'failed';
  readonly headline: string;
  readonly sentences: readonly string[];
}

/** Shares and figures from which a part of the result counts as good, or as poor. Seen on the projects' photo sets. */
const LIMITS = {
  goodUsedShare: 0.9,
  poorUsedShare: 0.6,
  goodReprojectionPx: 1,
  poorReprojectionPx: 2,
  /** Edges of more than two triangles, per triangle; a few are where parts just touch. */
  cleanNonManifoldShare: 0.001,
  goodPsnrDb: 22,
  poorPsnrDb: 17,
} as const;

export function verdictOf(report: QaReport): Verdict {
  if (report.error) {
    const cancelled = report.status === 'cancelled';
    const headline = cancelled ? 'The run was cancelled' : report.error.message;
    return { grade: 'failed', headline, sentences: [report.error.hint] };
  }
  const findings = [photoFinding(report), alignmentFinding(report), likenessFinding(report), meshFinding(report)];
  const known = findings.filter((finding) => finding !== undefined);
  const worst = Math.min(2, ...known.map(({ score }) => score));
  const sentences = known.map(({ sentence }) => sentence);
  if (report.model === undefined) return { grade: GRADES[worst] ?? 'fair', headline: endedEarly(report), sentences };
  const headline = ['The model needs better photos', 'The model is usable, with limits', 'The model came out well'][
    worst
  ];
  return { grade: GRADES[worst] ?? 'fair', headline: headline ?? '', sentences };
}

const GRADES = ['poor', 'fair', 'good'] as const;

interface Finding {
  /** 0 poor, 1 fair, 2 good. */
  readonly score: number;
  readonly sentence: string;
}

const scoreOf = (value: number, good: number, poor: number) =>
  good > poor ? (value >= good ? 2 : value >= poor ? 1 : 0) : value <= good ? 2 : value <= poor ? 1 : 0;

function photoFinding({ photos }: QaReport): Finding | undefined {
  if (photos.given === 0 || photos.list.some(({ state }) => state === 'unknown')) return undefined;
  const score = scoreOf(photos.used / photos.given, LIMITS.goodUsedShare, LIMITS.poorUsedShare);
  if (photos.leftOut === 0) return { score, sentence: `All ${photos.used} photos were used.` };
  const advice = score < 2 ? ' More overlap between photos helps most.' : '';
  return {
    score,
    sentence: `${photos.used} of ${photos.given} photos were used; below is why the others were not.${advice}`,
  };
}

function alignmentFinding({ sparse }: QaReport): Finding | undefined {
  if (!sparse) return undefined;
  const error = sparse.meanReprojectionErrorPx;
  const score = scoreOf(error, LIMITS.goodReprojectionPx, LIMITS.poorReprojectionPx);
  const words = [
    'The cameras fit together poorly',
    'The cameras fit together well enough',
    'The cameras fit together closely',
  ];
  return {
    score,
    sentence: `${words[score]}: points land ${error.toFixed(2)} pixels from where they should, on average.`,
  };
}

function likenessFinding({ views }: QaReport): Finding | undefined {
  if (views?.meanPsnrDb === undefined) return undefined;
  const score = scoreOf(views.meanPsnrDb, LIMITS.goodPsnrDb, LIMITS.poorPsnrDb);
  const words = [
    'Seen from the cameras, it differs clearly from the photos',
    'Seen from the cameras, it resembles the photos, with visible differences',
    'Seen from the cameras, it looks much like the photos',
  ];
  return { score, sentence: `${words[score]} (${views.meanPsnrDb.toFixed(1)}\u00a0dB).` };
}

function meshFinding({ mesh }: QaReport): Finding | undefined {
  if (!mesh) return undefined;
  if (mesh.nonManifoldEdges > LIMITS.cleanNonManifoldShare * mesh.triangles)
    return { score: 1, sentence: 'The mesh has edges that some programs refuse; clean it before printing.' };
  const open = !mesh.watertight;
  return {
    score: 2,
    sentence: open
      ? 'The surface is clean; it is open where no photo saw it.'
      : 'The surface is clean and closed: it can be printed as it is.',
  };
}

function endedEarly({ options }: QaReport): string {
  const words = { sfm: 'The cameras are solved', dense: 'The points are computed', mesh: 'The mesh is built' };
  return options.until === undefined ? 'The run has ended' : `${words[options.until]}, as asked`;
}
