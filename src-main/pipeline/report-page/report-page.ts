import { enginesText, usesOthers } from '../../../src-shared/pipeline/engines-as-text.js';
import {
  formatBytes as bytes,
  formatCount as count,
  formatPercent as percent,
  formatSeconds as seconds,
} from '../../../src-shared/pipeline/figures-as-text.js';
import type { QaReport } from '../../../src-shared/pipeline/qa-report.js';
import { STAGE_TITLES } from '../../../src-shared/pipeline/stages.js';
import { type Html, html, Html as Raw } from './html.js';
import { comparisonSection, photoSection } from './picture-sections.js';
import type { ReportPictures } from './report-pictures.js';
import { REPORT_STYLE } from './report-style.js';
import { type Verdict, verdictOf } from './verdict.js';

/**
 * The page that a person reads after a run: one file that needs nothing else, light and dark.
 *
 * @param plan the drawing of the cameras, if they are solved
 */
export function renderReportPage(report: QaReport, pictures: ReportPictures, plan: Html | undefined): string {
  const verdict = verdictOf(report);
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${verdict.headline} · Atlas Studio</title>
<style>${new Raw(REPORT_STYLE)}</style>
</head>
<body>
<main>
${hero(verdict, pictures.preview, report.engines)}
${keyFigures(report)}
${warningSection(report)}
${comparisonSection(report, pictures)}
${layoutSection(report, plan)}
${photoSection(report, pictures)}
${detailSection(report)}
</main>
<script>
for (const input of document.querySelectorAll('.slide input'))
  input.addEventListener('input', () => input.parentElement.style.setProperty('--cut', input.value + '%'));
</script>
</body>
</html>
`;
  return page.text;
}

const BADGES = { good: 'Good', fair: 'Fair', poor: 'Poor', failed: 'Not finished' } as const;

function hero(
  { grade, headline, sentences }: Verdict,
  preview: string | undefined,
  engines: QaReport['engines'],
): Html {
  return html`<header class="hero ${preview === undefined && 'alone'}">
${preview !== undefined && html`<div class="stage-picture"><img src="${preview}" alt="The model, rendered"></div>`}
<div>
<div class="brand">Atlas Studio · reconstruction report${
    engines && usesOthers(engines) && html` · ${enginesText(engines)}`
  }</div>
<span class="badge ${grade}">${BADGES[grade]}</span>
<h1>${headline}</h1>
<ul class="verdict">${sentences.map((sentence) => html`<li>${sentence}</li>`)}</ul>
</div>
</header>`;
}

function keyFigures({ photos, sparse, dense, mesh, texture, views, totals, model }: QaReport): Html {
  const figures: [string, string][] = [[`${photos.used} / ${photos.given}`, 'photos used']];
  if (photos.list.some(({ state }) => state === 'unknown')) figures[0] = [count(photos.given), 'photos given'];
  if (sparse) {
    figures.push([count(sparse.points), 'points in the camera solution']);
    figures.push([`${sparse.meanReprojectionErrorPx.toFixed(2)} px`, 'mean reprojection error']);
  }
  if (dense) figures.push([count(dense.points), 'dense points']);
  if (mesh) figures.push([count(mesh.triangles), `triangles of at most ${count(mesh.targetTriangles)}`]);
  if (texture) figures.push([`${texture.sizePx} px`, texture.hasNormalMap ? 'texture, with normal map' : 'texture']);
  if (views?.meanPsnrDb !== undefined) {
    figures.push([
      `${views.meanPsnrDb.toFixed(1)} dB`,
      `likeness to the photos${views.meanSsim === undefined ? '' : `, SSIM ${views.meanSsim.toFixed(2)}`}`,
    ]);
  }
  if (views?.meanCoverage !== undefined) figures.push([percent(views.meanCoverage), 'of the pictures is covered']);
  if (model) figures.push([bytes(model.bytes), 'model.glb']);
  figures.push([seconds(totals.seconds), `computing, at most ${bytes(totals.peakMemoryBytes)}`]);
  return html`<section class="figures">${figures.map(
    ([value, name]) => html`<div class="figure"><b>${value}</b><span>${name}</span></div>`,
  )}</section>`;
}

function warningSection({ warnings, error }: QaReport): Html | undefined {
  if (warnings.length === 0 && !error) return undefined;
  const cards = warnings.map(({ code, message, hint, photos = [] }) => {
    const names = photos.slice(0, 12).join(', ') + (photos.length > 12 ? ` and ${photos.length - 12} more` : '');
    return html`<div class="card warning"><code>${code}</code>${message}${names !== '' && html` <small>${names}</small>`}<p>${hint}</p></div>`;
  });
  const failure =
    error &&
    html`<div class="card warning failed"><code>${error.code}</code>${error.message}${
      error.stage && html` <small>while: ${STAGE_TITLES[error.stage].toLowerCase()}</small>`
    }<p>${error.hint} What was computed is kept; the same command goes on from there.</p></div>`;
  return html`<h2>What to know</h2>${failure}${cards}`;
}

function layoutSection({ stages, totals }: QaReport, plan: Html | undefined): Html {
  const longest = Math.max(...stages.map((stage) => stage.seconds), 1e-9);
  const rows = stages.map(
    (
      stage,
    ) => html`<tr><td>${STAGE_TITLES[stage.stage]}</td><td>${seconds(stage.seconds)}</td><td>${bytes(stage.peakMemoryBytes)}</td>
<td class="bar"><i style="width:${((100 * stage.seconds) / longest).toFixed(1)}%"></i></td></tr>`,
  );
  const times = html`<div><h2>Where the time went</h2><p>${seconds(totals.seconds)} of computing in all.</p>
<table><thead><tr><th>Stage</th><th>Time</th><th>Memory</th><th></th></tr></thead><tbody>${rows}</tbody></table></div>`;
  if (plan === undefined) return times;
  return html`<div class="split"><div><h2>Cameras from above</h2><p>Each wedge is a photo, looking along its opening.</p>${plan}</div>${times}</div>`;
}

function detailSection(report: QaReport): Html {
  const { mesh, validator, model, sparse, versions, options, engines, threads } = report;
  const rows: [string, string][] = [];
  if (model) {
    const size = model.sizeInGlb?.map((metres) => metres.toFixed(3)).join(' x ');
    rows.push([
      'Scale',
      model.scaleKnown ? 'known: the unit is the metre' : 'unknown: sizes are relative (give --scale)',
    ]);
    if (size !== undefined) rows.push(['Size', `${size}${model.scaleKnown ? ' m' : ' units'} (width, height, depth)`]);
    if (model.crop) rows.push(['Cut off', cropSentence(model.crop, mesh?.triangles ?? 0)]);
    if (model.turned) rows.push(['Turned', 'by hand, from where it was stood upright']);
    rows.push(['SHA-256 of model.glb', model.sha256]);
  }
  if (mesh) {
    rows.push(['Connected parts', count(mesh.components)]);
    rows.push(['Open edges', count(mesh.boundaryEdges)]);
    rows.push(['Non-manifold edges', count(mesh.nonManifoldEdges)]);
  }
  if (validator) rows.push(['Khronos validator', `${validator.errors} errors, ${validator.warnings} warnings`]);
  for (const { cameraId, model: type, width, height, parameters } of sparse?.cameras ?? []) {
    rows.push([
      `Camera ${cameraId}`,
      `${type} ${width} x ${height}: ${parameters.map((value) => Number(value.toPrecision(6))).join(', ')}`,
    ]);
  }
  if (engines) rows.push(['Engines', enginesWithPlaces(engines)]);
  rows.push(['Options', JSON.stringify(options)]);
  rows.push(['Versions', `Atlas ${versions.atlas}, Node ${versions.node}, ${versions.platform}, ${threads} threads`]);
  return html`<details><summary>Details</summary><dl>${rows.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl></details>`;
}

/** With the images that programs of others ran in. */
function enginesWithPlaces(engines: NonNullable<QaReport['engines']>): string {
  const images = new Set([engines.sfm.image, engines.dense?.image].filter((image) => image !== undefined));
  return [enginesText(engines), ...[...images].map((image) => `in the container image ${image}`)].join(', ');
}

type Crop = NonNullable<NonNullable<QaReport['model']>['crop']>;

function cropSentence({ trianglesBefore, cutClean }: Crop, triangles: number): string {
  const border = cutClean ? 'cut at its sides' : 'without the triangles on its sides, which would have been too many';
  return `what was outside of the crop box: ${count(triangles)} of ${count(trianglesBefore)} triangles are left, ${border}`;
}
