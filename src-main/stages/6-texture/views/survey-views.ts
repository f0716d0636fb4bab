import type { Mesh } from '../../../../src-shared/scene/mesh.js';
import type { StageContext } from '../../../pipeline/stage.js';
import type { Patches } from '../patches.js';
import { type RegisteredView, resizedView } from './photo-views.js';
import type { SurveyInput, ViewSurvey } from './survey-view-task.js';

/** The survey needs mean colours and rough visibility only. */
const SURVEY_MAX_DIMENSION_PX = 800;

/** Surveys all views, in their order; weights are those at the views' own sizes. */
export async function surveyViews(
  views: readonly RegisteredView[],
  mesh: Mesh,
  patches: Patches,
  context: StageContext,
): Promise<ViewSurvey[]> {
  const { positions, indices } = mesh;
  const scales: number[] = [];
  const inputs = views.map((full): SurveyInput => {
    const view = resizedView(full, Math.min(SURVEY_MAX_DIMENSION_PX, Math.max(full.width, full.height)));
    scales.push(full.lens[0]! / view.lens[0]!);
    return { view, mesh: { positions, indices }, samples: patches.samples, patchCount: patches.count };
  });
  const task = new URL('./survey-view-task.js', import.meta.url);
  const surveys = await context.kernels.map<SurveyInput, ViewSurvey>(task, inputs, context.signal, (done) => {
    context.progress(0.15 + (0.2 * done) / views.length, 'Finding which photo sees what');
  });
  return surveys.map((survey, v) => ({ ...survey, weights: survey.weights.map((weight) => weight * scales[v]! ** 2) }));
}
