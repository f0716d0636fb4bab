import type { EngineUse, QaReport } from './qa-report.js';

const TITLES: Readonly<Record<EngineUse['engine'], string>> = {
  builtin: 'built-in engine',
  colmap: 'COLMAP',
  openmvg: 'OpenMVG',
  openmvs: 'OpenMVS',
  given: 'another program (given)',
};

/** An engine and its version: `COLMAP 3.8`, `OpenMVS 2.3.0`, `built-in engine`. */
export function engineText({ engine, version }: EngineUse): string {
  const isForeign = engine !== 'builtin' && engine !== 'given';
  return isForeign && version !== undefined && version !== 'unknown' ? `${TITLES[engine]} ${version}` : TITLES[engine];
}

/** Whether anything but the built-in engine had a part. */
export const usesOthers = ({ sfm, dense = sfm }: NonNullable<QaReport['engines']>): boolean =>
  sfm.engine !== 'builtin' || dense.engine !== 'builtin';

/** What the engine of the dense stages did: OpenMVS does all of them. */
export const denseWork = ({ engine }: EngineUse): string => (engine === 'openmvs' ? 'Depth to texture' : 'Depth');

/** One line: `cameras by COLMAP 3.8, depth by built-in engine`. */
export function enginesText({ sfm, dense }: NonNullable<QaReport['engines']>): string {
  const cameras = `cameras by ${engineText(sfm)}`;
  return dense === undefined ? cameras : `${cameras}, ${denseWork(dense).toLowerCase()} by ${engineText(dense)}`;
}
