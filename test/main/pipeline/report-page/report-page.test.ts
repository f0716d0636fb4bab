import { describe, expect, it } from 'vitest';
import { cameraPlan, meanCameraUp } from '#main/pipeline/report-page/camera-plan.js';
import { html } from '#main/pipeline/report-page/html.js';
import { renderReportPage } from '#main/pipeline/report-page/report-page.js';
import { verdictOf } from '#main/pipeline/report-page/verdict.js';
import type { QaReport } from '#shared/pipeline/qa-report.js';
import type { SparseModel } from '#shared/scene/sparse-model.js';

const BASE: QaReport = {
  schemaVersion: 1,
  status: 'done',
  versions: { atlas: '1', node: 'v20', platform: 'test' },
  options: { tier: 'standard', engine: 'builtin', seed: 1 },
  threads: 2,
  photos: { given: 2, used: 2, leftOut: 0, list: [] },
  warnings: [],
  stages: [{ stage: 'import', seconds: 1, peakMemoryBytes: 1e8, cached: false }],
  totals: { seconds: 1, wallSeconds: 1, peakMemoryBytes: 1e8 },
};
const MODEL: NonNullable<QaReport['model']> = {
  modelToGlb: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1],
  scaleKnown: false,
  bytes: 5e6,
  sha256: 'ab',
};
const NO_PICTURES = { thumbnails: new Map<string, string>(), comparisons: [] };

/** Two cameras on the z axis that look at the origin, held upright (camera y is world -y), and three points. */
const SPARSE = {
  cameras: [],
  images: [-3, 3].map((z, photoId) => ({
    photoId,
    name: `p${photoId}`,
    cameraId: 0,
    camFromWorld: {
      R: Float64Array.from(z < 0 ? [-1, 0, 0, 0, -1, 0, 0, 0, 1] : [1, 0, 0, 0, -1, 0, 0, 0, -1]),
      t: Float64Array.from([0, 0, 3]),
    },
  })),
  positions: new Float64Array(9),
  colors: new Uint8Array(9),
  errors: new Float32Array(3),
  trackOffsets: new Uint32Array(4),
  trackPhotoIds: new Uint32Array(),
  trackFeatures: new Uint32Array(),
  trackPixels: new Float32Array(),
} satisfies SparseModel;

describe('html', () => {
  it('escapes what is put in, joins lists and leaves out what is not there', () => {
    expect(html`<b title="${'"<&>\''}">${['a', 1]}${undefined}${false}${html`<i>${'<'}</i>`}</b>`.text).toBe(
      '<b title="&quot;&lt;&amp;&gt;&#39;">a1<i>&lt;</i></b>',
    );
  });
});

describe('verdictOf', () => {
  it('is as good as the worst part', () => {
    const views = { meanPsnrDb: 28, views: [] };
    expect(verdictOf({ ...BASE, model: MODEL, views })).toMatchObject({ grade: 'good' });
    expect(verdictOf({ ...BASE, model: MODEL, views: { ...views, meanPsnrDb: 19 } })).toMatchObject({ grade: 'fair' });
    const photos = { ...BASE.photos, given: 10, used: 3, leftOut: 7 };
    expect(verdictOf({ ...BASE, model: MODEL, views, photos })).toMatchObject({ grade: 'poor' });
  });

  it('says what failed and what to do', () => {
    const error = { code: 'SFM_NO_OVERLAP' as const, message: 'Nothing in common.', hint: 'Take more.', details: {} };
    const verdict = verdictOf({ ...BASE, status: 'failed', error });
    expect(verdict).toEqual({ grade: 'failed', headline: 'Nothing in common.', sentences: ['Take more.'] });
  });
});

describe('cameraPlan', () => {
  it('draws every camera and point, and finds up as the cameras were held', () => {
    expect(meanCameraUp(SPARSE)).toEqual([0, 1, 0]);
    const { text } = cameraPlan(SPARSE, [0, 1, 0]);
    expect(text.match(/<polygon/g)).toHaveLength(2);
    expect(text.match(/<circle/g)).toHaveLength(3);
    expect(text).not.toContain('NaN');
  });
});

describe('renderReportPage', () => {
  it('is one page that loads nothing and runs nothing of what photos are called', () => {
    const list = [{ name: '<script>alert(1)</script>.jpg', state: 'left-out' as const, reason: 'It is & was "bad"' }];
    const report = { ...BASE, photos: { given: 1, used: 0, leftOut: 1, list } };
    const page = renderReportPage(report, NO_PICTURES, cameraPlan(SPARSE, [0, 1, 0]));
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;.jpg');
    expect(page).toContain('It is &amp; was &quot;bad&quot;');
    expect(page.match(/<script>/g)).toHaveLength(1);
    expect(page).not.toMatch(/(src|href)="(?!data:)/);
    expect(page).toContain('prefers-color-scheme: dark');
  });

  it('says whose programs were used, where they were not all its own', () => {
    const own = { engine: 'builtin', version: '1' } as const;
    const page = (engines: NonNullable<QaReport['engines']>) =>
      renderReportPage({ ...BASE, engines }, NO_PICTURES, undefined);
    const words = 'cameras by COLMAP 3.8, depth by built-in engine';
    const image = { place: 'container', image: 'colmap/colmap' } as const;
    const mixed = page({ sfm: { engine: 'colmap', version: '3.8', ...image }, dense: own });
    expect(mixed).toContain(`reconstruction report · ${words}</div>`);
    expect(mixed).toContain(`${words}, in the container image colmap/colmap`);
    expect(page({ sfm: own, dense: own })).toContain('reconstruction report</div>');
  });

  it('shows warnings with what to do', () => {
    const warnings = [
      { stage: 'import' as const, code: 'PHOTO_BLURRED', message: 'Blurred.', hint: 'Hold still.', photos: ['a'] },
    ];
    const page = renderReportPage({ ...BASE, warnings }, NO_PICTURES, undefined);
    for (const words of ['PHOTO_BLURRED', 'Blurred.', 'Hold still.']) expect(page).toContain(words);
  });
});
