import { formatPercent } from '../../../src-shared/pipeline/figures-as-text.js';
import type { QaReport } from '../../../src-shared/pipeline/qa-report.js';
import { texts } from '../../ui/texts.js';

export type Grade = 'good' | 'fair' | 'poor';

/** A figure of the quality report in plain words. */
export interface Finding {
  readonly id: string;
  readonly grade: Grade;
  readonly title: string;
  readonly hint: string;
}

const { findings: words } = texts.model;

/** @param good from here on it is good @param fair from here on it is fair */
const rising = (value: number, good: number, fair: number): Grade =>
  value >= good ? 'good' : value >= fair ? 'fair' : 'poor';

/** What can be said about a model, in the order in which it matters. Figures that were not computed are not spoken of. */
export function findingsOf({ photos, sparse, mesh, texture, views }: QaReport): readonly Finding[] {
  const findings: Finding[] = [
    {
      ...{ id: 'photos', title: words.aligned(photos.used, photos.given), hint: words.alignedHint },
      grade: rising(photos.used / Math.max(1, photos.given), 0.95, 0.75),
    },
  ];
  if (views?.meanPsnrDb !== undefined) {
    const { meanPsnrDb } = views;
    findings.push({
      ...{ id: 'likeness', title: words.likeness(meanPsnrDb.toFixed(1)), hint: words.likenessHint },
      grade: rising(meanPsnrDb, 20, 16),
    });
  }
  if (sparse) {
    const { meanReprojectionErrorPx: error } = sparse;
    findings.push({
      ...{ id: 'cameras', title: words.sharpness(error.toFixed(2)), hint: words.sharpnessHint },
      grade: rising(-error, -1, -1.6),
    });
  }
  if (mesh) {
    findings.push(
      mesh.watertight
        ? { id: 'closed', grade: 'good', title: words.closed, hint: '' }
        : { id: 'closed', grade: 'fair', title: words.open(mesh.boundaryEdges), hint: words.openHint },
    );
  }
  if (texture?.seenShare !== undefined) {
    findings.push({
      ...{ id: 'seen', title: words.seen(formatPercent(texture.seenShare)), hint: words.seenHint },
      grade: rising(texture.seenShare, 0.9, 0.7),
    });
  }
  return findings;
}
