import { formatPercent as percent } from '../../../src-shared/pipeline/figures-as-text.js';
import type { QaReport } from '../../../src-shared/pipeline/qa-report.js';
import { type Html, html } from './html.js';
import type { ReportPictures } from './report-pictures.js';

/** Photo and rendering over each other, with an edge that the reader moves. */
export function comparisonSection({ views, photos }: QaReport, { comparisons }: ReportPictures): Html | undefined {
  if (comparisons.length === 0) return undefined;
  const figures = comparisons.map(({ name, photo, render }) => {
    const view = views?.views.find((candidate) => candidate.name === name);
    const figuresOfView = [
      view?.psnrDb === undefined ? undefined : `${view.psnrDb.toFixed(1)} dB`,
      view === undefined ? undefined : `${percent(view.coverage)} covered`,
    ].filter((text) => text !== undefined);
    return html`<figure class="card pair"><div class="slide"><img src="${photo}" alt="Photo ${name}"><img class="over" src="${render}" alt="The model through the camera of ${name}">
<em>photo</em><em>model</em><input type="range" min="0" max="100" value="50" aria-label="Compare photo and model, ${name}"></div>
<figcaption>${name}${figuresOfView.length > 0 && ` · ${figuresOfView.join(' · ')}`}</figcaption></figure>`;
  });
  const first = photos.list.find(({ name }) => name === comparisons[0]?.name);
  const isTall = (first?.height ?? 0) > (first?.width ?? 1);
  return html`<h2>Photo and model</h2><p>The model seen through the cameras that were solved. Move the edge to compare.</p><div class="pairs ${isTall && 'tall'}">${figures}</div>`;
}

/** A thumbnail of each photo with what became of it; those left out first, for they are what one can change. */
export function photoSection({ photos }: QaReport, { thumbnails }: ReportPictures): Html | undefined {
  if (photos.list.length === 0) return undefined;
  const leftOut = photos.list.filter(({ state }) => state === 'left-out');
  const others = photos.list.filter(({ state }) => state !== 'left-out');
  const cards = [...leftOut, ...others].map(({ name, state, reason }) => {
    const picture = thumbnails.get(name);
    return html`<figure class="card ${state === 'left-out' && 'out'}">${
      picture === undefined
        ? html`<div class="none">no picture</div>`
        : html`<img src="${picture}" alt="" loading="lazy">`
    }<figcaption>${name}${state === 'left-out' && html`<b>left out</b>${reason}`}</figcaption></figure>`;
  });
  const summary = leftOut.length === 0 ? 'None was left out.' : `${leftOut.length} of ${photos.given} were left out.`;
  return html`<h2>Photos</h2><p>${summary}</p><div class="thumbs">${cards}</div>`;
}
