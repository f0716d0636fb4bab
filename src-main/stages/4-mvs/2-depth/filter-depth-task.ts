import type { View } from '../../../../src-shared/scene/view.js';
import { writeArrays } from '../../../formats/arrays/array-file.js';
import type { FilterOptions } from './depth-options.js';
import { writeDepthPicture } from './depth-picture.js';
import { countConfirming, depthsAndNormals, dropSmallSegments } from './filter-depth.js';
import { findFlatFringes } from './flat-fringes.js';
import { readGrayImage } from './gray-pyramid.js';
import { readInverseDepths, readPlanes } from './plane-field.js';

interface PlanesOfView {
  readonly view: View;
  readonly planesPath: string;
}

export interface FilterDepthInput {
  /** With the absolute path of its image. */
  readonly reference: PlanesOfView & { readonly imagePath: string };
  readonly sources: readonly PlanesOfView[];
  readonly options: FilterOptions;
  /** Absolute paths of the depth map and of its picture to write. */
  readonly outputPath: string;
  readonly previewPath: string;
}

export interface FilterDepthOutput {
  /** Pixels that were estimated and that remain. */
  readonly estimated: number;
  readonly kept: number;
}

/** Keeps the depths of a view that enough sources confirm (one where only one shows the place), and writes them with normals and confidences. */
export async function run({ reference, sources, options, ...input }: FilterDepthInput): Promise<FilterDepthOutput> {
  const { view } = reference;
  const planes = await readPlanes(reference.planesPath);
  const maps = [];
  for (const source of sources) {
    const { inverseDepths } = await readInverseDepths(source.planesPath);
    maps.push({ view: source.view, inverseDepths });
  }
  const { gray } = await readGrayImage(reference.imagePath, view);
  const fringes = findFlatFringes(gray, view.width, view.height, options.fringe);
  const { counts, showing } = countConfirming({ view, inverseDepths: planes.inverseDepths }, maps, options);
  const inverseDepths = Float32Array.from(planes.inverseDepths, (w, i) => {
    const needed = Math.max(1, Math.min(options.minConfirming, showing[i]!));
    const isKept = planes.active[i] && !fringes[i] && counts[i]! >= needed && planes.costs[i]! <= options.maxCost;
    return isKept ? w : 0;
  });
  dropSmallSegments(inverseDepths, view.width, view.height, options);
  const { depths, normals } = depthsAndNormals(view, planes, inverseDepths);
  let kept = 0;
  const confidences = Float32Array.from(depths, (depth, i) => {
    if (depth <= 0) return 0;
    kept++;
    return Math.max(0.01, Math.min(1, (1 - planes.costs[i]!) * (counts[i]! / sources.length)));
  });
  await writeArrays(input.outputPath, {
    meta: { width: view.width, height: view.height },
    arrays: { depths, normals, confidences },
  });
  await writeDepthPicture(input.previewPath, normals, view.width, view.height);
  const estimated = planes.active.reduce((sum, value) => sum + (value ? 1 : 0), 0);
  return { estimated, kept };
}
