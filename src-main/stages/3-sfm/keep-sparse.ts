import type { CameraPrior } from '../../../src-shared/scene/camera.js';
import type { Photo, Warning } from '../../../src-shared/scene/photo.js';
import type { SparseModel } from '../../../src-shared/scene/sparse-model.js';
import { writeSparseModel } from '../../formats/sparse-model/sparse-model-file.js';
import type { StageContext } from '../../pipeline/stage.js';
import { leftOutWarnings, type SparseOutput, sparseModelPreview, sparseReportOf } from './sparse-output.js';

const SURROUNDINGS_USED: Warning = {
  code: 'MASK_FEW_FEATURES',
  message: 'The object alone shows too little texture: what is around it helped to align the photos.',
};

/**
 * The end of every sparse stage, whoever did it: writes the model to the stage's folder, shows it and reports on it.
 *
 * @param unregistered the photos that the model does not have, with the reasons
 * @param usesSurroundings photos with masks were aligned by all that they show
 */
export async function keepSparse(
  model: SparseModel,
  input: { readonly photos: readonly Photo[]; readonly cameras: readonly CameraPrior[] },
  unregistered: SparseOutput['unregistered'],
  { folder, preview, progress }: StageContext,
  usesSurroundings = false,
): Promise<SparseOutput> {
  const path = folder.ref('model.bin');
  await writeSparseModel(folder.resolve(path), model);
  // The world may have been moved and scaled since the last one; what later stages show is in this one.
  preview(sparseModelPreview(model));
  progress(1);
  const warnings = [...leftOutWarnings(unregistered), ...(usesSurroundings ? [SURROUNDINGS_USED] : [])];
  return { model: path, unregistered, report: sparseReportOf(input, model), warnings };
}
