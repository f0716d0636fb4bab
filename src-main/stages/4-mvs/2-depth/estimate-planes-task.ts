import type { View } from '../../../../src-shared/scene/view.js';
import {
  PatchMatch,
  type PatchMatchImage,
  type PatchMatchProblem,
  type PlaneField,
} from '../../../kernels/patch-match/index.js';
import type { DepthOptions, LevelSweeps, PassOptions } from './depth-options.js';
import { writeDepthPicture } from './depth-picture.js';
import { depthsAndNormals } from './filter-depth.js';
import { imageAtLevel, readGrayImage } from './gray-pyramid.js';
import { readInverseDepths, readPlanes, upsamplePlanes, writePlanes } from './plane-field.js';
import { pixelStepOf, relatePixels, viewAtLevel } from './relate-views.js';
import { nearestPointPrior } from './sparse-prior.js';

/** A view with the absolute path of its image file and, from the second pass on, of its planes of the pass before. */
export interface EstimationView {
  readonly view: View;
  readonly imagePath: string;
  readonly planesPath: string | undefined;
}

export interface EstimatePlanesInput {
  readonly reference: EstimationView;
  readonly sources: readonly EstimationView[];
  readonly pass: PassOptions;
  readonly options: DepthOptions;
  /** Sweeps done in earlier passes. */
  readonly firstIteration: number;
  /** Float32Array[k*3]: u, v, inverse depth of the sparse points seen by the reference. */
  readonly sparsePoints: Float32Array;
  readonly seed: number;
  /** Absolute path of the planes to write. */
  readonly outputPath: string;
  /** Absolute path of a picture of them, where one is wanted. */
  readonly previewPath?: string;
}

let kernel: PatchMatch | undefined;

/** One pass of PatchMatch for one view: its scales from coarse to fine, from sparse points or the planes of the pass before. */
export async function run(input: EstimatePlanesInput): Promise<{ active: number }> {
  kernel ??= new PatchMatch();
  const { pass, options, reference } = input;
  const guides = pass.geometric ? await Promise.all(input.sources.map(readGuide)) : [];
  let planes: PlaneField | undefined = reference.planesPath ? await readPlanes(reference.planesPath) : undefined;
  const images: PatchMatchImage[] = [];
  for (const { imagePath, view } of [reference, ...input.sources]) images.push(await readGrayImage(imagePath, view));
  let iteration = input.firstIteration;
  for (const sweeps of pass.levels) {
    const problem = makeProblem(input, sweeps.level, images, guides);
    kernel.load(problem);
    const { width, height } = problem.reference;
    if (planes) {
      const isFiner = width > planes.width;
      kernel.setPlanes(isFiner ? upsamplePlanes(planes, width, height) : planes, sweeps.selecting > 0);
    } else {
      kernel.dropFlat(options.minDeviation);
      kernel.initialize(nearestPointPrior(input.sparsePoints, 2 ** -sweeps.level, width, height));
    }
    sweep(kernel, sweeps, options, iteration, planes === undefined);
    iteration += sweeps.selecting + sweeps.refining;
    planes = kernel.planes();
  }
  if (!planes) return { active: 0 };
  if (input.previewPath !== undefined) await writePicture(input.previewPath, planes, input);
  await writePlanes(input.outputPath, planes);
  return { active: planes.active.reduce((sum, value) => sum + (value ? 1 : 0), 0) };
}

/** What is found so far, without what hardly matches. */
async function writePicture(path: string, planes: PlaneField, input: EstimatePlanesInput): Promise<void> {
  const { width, height, active, costs } = planes;
  const { maxCost } = input.options.filter;
  const view = viewAtLevel(input.reference.view, input.pass.levels.at(-1)?.level ?? 0);
  const inverseDepths = planes.inverseDepths.map((w, i) => (active[i] && costs[i]! <= maxCost ? w : 0));
  await writeDepthPicture(path, depthsAndNormals(view, planes, inverseDepths).normals, width, height);
}

function sweep(
  kernel: PatchMatch,
  sweeps: LevelSweeps,
  options: DepthOptions,
  first: number,
  isFirstLevel: boolean,
): void {
  let pixels = sweeps.pixels;
  const { farSteps } = options;
  for (let i = 0; i < sweeps.selecting + sweeps.refining; i++, pixels /= 2) {
    const iteration = first + i;
    if (i < sweeps.selecting) {
      const [maxViews, rounds] = [options.maxViewsPerPixel, options.selectingRounds];
      kernel.sweepSelecting({ iteration, farSteps, maxViews, rounds, pixels, wild: isFirstLevel });
    } else {
      const [maxCandidates, rounds] = [options.maxCandidates, options.refiningRounds];
      kernel.sweepRefining({ iteration, farSteps, maxCandidates, rounds, pixels });
    }
  }
}

async function readGuide({ planesPath }: EstimationView): Promise<Guide | undefined> {
  return planesPath ? readInverseDepths(planesPath) : undefined;
}

type Guide = Pick<PlaneField, 'width' | 'height' | 'inverseDepths'>;

/** @param images of the reference and the sources, full size; @param guides of the sources, empty without */
function makeProblem(
  { reference, sources, options, seed }: EstimatePlanesInput,
  level: number,
  images: readonly PatchMatchImage[],
  guides: readonly (Guide | undefined)[],
): PatchMatchProblem {
  const view = viewAtLevel(reference.view, level);
  const { fx, fy, cx, cy } = view;
  const relations = sources.map((source) => relatePixels(view, viewAtLevel(source.view, level)));
  const relatedSources = sources.map((source, index) => {
    const back = relatePixels(viewAtLevel(source.view, level), view);
    const image = imageAtLevel(images[index + 1]!, level);
    return { ...image, ...relations[index]!, C: back.A, d: back.b, guide: guides[index] };
  });
  return {
    reference: { ...imageAtLevel(images[0]!, level), fx, fy, cx, cy },
    sources: relatedSources,
    inverseDepthMin: 1 / view.depthMax,
    inverseDepthMax: 1 / view.depthMin,
    pixelStep: pixelStepOf(view, relations),
    seed,
    patch: options.patch,
  };
}
