import { describe, expect, it } from 'vitest';
import { findingsOf } from '../../../../src-renderer/screens/model/findings.js';
import type { QaReport } from '../../../../src-shared/pipeline/qa-report.js';

const photo = (name: string, state: 'used' | 'left-out', observations: number) => ({ name, state, observations });
const REPORT = {
  photos: {
    ...{ given: 4, used: 2, leftOut: 2 },
    list: [
      photo('1.jpg', 'used', 900),
      photo('2.jpg', 'left-out', 0),
      photo('3.jpg', 'used', 20),
      photo('4.jpg', 'left-out', 0),
    ],
  },
  sparse: { meanReprojectionErrorPx: 2 },
  mesh: { watertight: false, boundaryEdges: 12 },
  texture: { seenShare: 0.5 },
  views: {
    meanPsnrDb: 14,
    views: [
      { name: '1.jpg', psnrDb: 18, coverage: 1 },
      { name: '3.jpg', psnrDb: 10, coverage: 1 },
    ],
  },
  warnings: [{ code: 'PHOTO_BLURRED', message: 'Blurred', hint: '', stage: 'import', photos: ['1.jpg', '3.jpg'] }],
} as unknown as QaReport;

describe('findings about a model', () => {
  it('have a picture of each problem', () => {
    const proofs = Object.fromEntries(findingsOf(REPORT).map(({ id, proof }) => [id, proof]));
    expect(proofs).toEqual({
      photos: { kind: 'photos', names: ['2.jpg', '4.jpg'] },
      likeness: { kind: 'pair', name: '3.jpg' },
      cameras: { kind: 'photos', names: ['3.jpg', '1.jpg'] },
      closed: { kind: 'open' },
      seen: { kind: 'seen' },
      'PHOTO_BLURRED Blurred': { kind: 'photos', names: ['1.jpg', '3.jpg'] },
    });
  });

  it('need none where all is well', () => {
    const good = {
      ...REPORT,
      photos: { given: 2, used: 2, leftOut: 0, list: [] },
      mesh: { watertight: true, boundaryEdges: 0 },
      texture: { seenShare: 0.99 },
      sparse: { meanReprojectionErrorPx: 0.3 },
      views: { ...REPORT.views, meanPsnrDb: 25 },
      warnings: [],
    } as unknown as QaReport;
    for (const finding of findingsOf(good)) expect(finding).toMatchObject({ grade: 'good' });
    expect(findingsOf(good).some(({ proof }) => proof)).toBe(false);
  });
});
