// The programs of OpenMVS before 2.2, see stand-in.mjs: fewer options, older scenes, masks by their names in the scene alone.
import { readFileSync } from 'node:fs';
import { OPENMVS } from './stand-in-openmvs.mjs';

/** Newest version of scenes that each reads (`MVSI_PROJECT_VER` in libs/MVS/Interface.h). */
const SCENES = { '1.1.1': 5, '2.0.1': 6 };
/** Options of {@link OPENMVS} that came later: by version 2 or after it. */
const LATER = {
  DensifyPointCloud: { 2: ['--archive-type'], 1: ['--archive-type', '--ignore-mask-label'] },
  ReconstructMesh: { 2: ['--archive-type', '--pointcloud-file'], 1: ['--archive-type', '--pointcloud-file'] },
  RefineMesh: { 2: ['--archive-type'], 1: ['--archive-type'] },
  TextureMesh: { 2: ['--archive-type', '--ignore-mask-label'], 1: ['--archive-type', '--ignore-mask-label'] },
};

/** A program of the four as a version has it. */
export function oldOpenMvs(name, version) {
  const { spec, run, ...rest } = OPENMVS[name];
  const later = LATER[name][version[0]];
  return {
    ...rest,
    spec: Object.fromEntries(Object.entries(spec).filter(([option]) => !later.includes(option))),
    run(values, options) {
      const bytes = readFileSync(values['--input-file']);
      if (bytes.readUInt32LE(4) > SCENES[version]) throw new Error('error: invalid project');
      if ('--ignore-mask-label' in values && !bytes.includes('.mask.png')) throw new Error('the scene names no masks');
      run(values, options);
    },
  };
}
