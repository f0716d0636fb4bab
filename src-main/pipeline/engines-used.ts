import type { EngineUse, QaReport } from '../../src-shared/pipeline/qa-report.js';
import type { ReconstructOptions } from '../../src-shared/pipeline/reconstruct-options.js';
import { ATLAS_VERSION } from '../../src-shared/pipeline/versions.js';
import type { ToolPlace } from '../adapters/tools/tool-command.js';
import type { EngineSources } from './engine-sources.js';

/** Whose programs a run uses, for its report. */
export function enginesUsed(
  { modelFolder, colmap, openmvg, denseColmap, openmvs }: EngineSources,
  { until }: ReconstructOptions,
): NonNullable<QaReport['engines']> {
  const builtIn: EngineUse = { engine: 'builtin', version: ATLAS_VERSION };
  const use = (engine: EngineUse['engine'], program: { readonly version: string; readonly place: ToolPlace }) => ({
    ...{ engine, version: program.version, place: program.place.kind },
    ...(program.place.kind === 'container' ? { image: program.place.image } : {}),
  });
  const sfm: EngineUse = modelFolder
    ? { engine: 'given' }
    : colmap
      ? use('colmap', colmap.value)
      : openmvg
        ? use('openmvg', openmvg.value)
        : builtIn;
  if (until === 'sfm') return { sfm };
  const dense = openmvs ? use('openmvs', openmvs.value) : denseColmap ? use('colmap', denseColmap.value) : builtIn;
  return { sfm, dense };
}
