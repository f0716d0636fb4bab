import type { View } from '../../../../src-shared/scene/view.js';
import { readArrays, writeArrays } from '../../../formats/arrays/array-file.js';
import { writePreviewPoints } from '../../../formats/ply/write-preview-points.js';
import { type ConfirmOptions, type DepthView, fuseView } from './fuse-view.js';

interface DepthViewFile {
  readonly view: View;
  /** Absolute path of the depth map. */
  readonly depthPath: string;
}

export interface FuseViewInput {
  readonly reference: DepthViewFile & { readonly imagePath: string };
  readonly sources: readonly DepthViewFile[];
  readonly options: ConfirmOptions;
  /** Absolute path of the points to write. */
  readonly outputPath: string;
  /** Absolute path of the PLY with a sample of them. */
  readonly previewPath: string;
  readonly maxPreviewPoints: number;
}

/** Fuses one view with its sources and writes its points. @returns their number */
export async function run(input: FuseViewInput): Promise<number> {
  const { reference, sources, options, outputPath, previewPath, maxPreviewPoints } = input;
  const { arrays: image } = await readArrays<{ rgb: Uint8Array }>(reference.imagePath);
  const read = async ({ view, depthPath }: DepthViewFile): Promise<DepthView> => {
    type DepthArrays = { depths: Float32Array; normals: Float32Array; confidences: Float32Array };
    return { view, ...(await readArrays<DepthArrays>(depthPath)).arrays };
  };
  const maps = [];
  for (const source of sources) maps.push(await read(source));
  const { count, ...points } = fuseView(await read(reference), image.rgb, maps, options);
  await writePreviewPoints(previewPath, points, maxPreviewPoints);
  await writeArrays(outputPath, { meta: {}, arrays: { ...points } });
  return count;
}
