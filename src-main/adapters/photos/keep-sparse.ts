import type { CameraPrior } from '../../../src-shared/scene/camera.js';
import type { Photo } from '../../../src-shared/scene/photo.js';
import type { SparseModel } from '../../../src-shared/scene/sparse-model.js';
import { writeSparseModel } from '../../formats/sparse-model/sparse-model-file.js';
import type { StageContext } from '../../pipeline/stage.js';
import {
  leftOutWarnings,
  type SparseOutput,
  sparseModelPreview,
  sparseReportOf,
} from '../../stages/3-sfm/sparse-output.js';

/**
 * The end of every sparse stage that another program did: writes the model to the stage's folder, shows it and reports on it.
 *
 * @param unregistered the photos that the model does not have, with the reasons
 */
export async function keepSparse(
  model: SparseModel,
  input: { readonly photos: readonly Photo[]; readonly cameras: readonly CameraPrior[] },
  unregistered: SparseOutput['unregistered'],
  { folder, preview, progress }: StageContext,
): Promise<SparseOutput> {
  const path = folder.ref('model.bin');
  await writeSparseModel(folder.resolve(path), model);
  preview(sparseModelPreview(model));
  progress(1);
  return { model: path, unregistered, report: sparseReportOf(input, model), warnings: leftOutWarnings(unregistered) };
}
