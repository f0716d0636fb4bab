import { expect, it } from 'vitest';
import { enginesUsed } from '#main/pipeline/engines-used.js';
import { located } from '#main/pipeline/stage-key.js';
import { ReconstructOptionsSchema } from '#shared/pipeline/reconstruct-options.js';
import { ATLAS_VERSION } from '#shared/pipeline/versions.js';

const NATIVE = { kind: 'native' } as const;
const colmap = located({ place: NATIVE, version: '3.8', hasCuda: false, usesGpu: false, commands: [] }, 'a');
const openmvs = located(
  {
    place: { kind: 'container', engine: { kind: 'docker', command: 'docker' }, image: 'spedenaave/dpg' } as const,
    version: '2.3.0',
    options: { DensifyPointCloud: [], ReconstructMesh: [], RefineMesh: [], TextureMesh: [] },
    keepsInterface: true,
    knowsMasks: true,
  },
  'b',
);
const BUILT_IN = { engine: 'builtin', version: ATLAS_VERSION };
const all = ReconstructOptionsSchema.parse({});

it('is the built-in engine where nothing else was found for the run', () => {
  expect(enginesUsed({ dense: 'builtin' }, all)).toEqual({ sfm: BUILT_IN, dense: BUILT_IN });
});

it('tells what did the work, not what was wished for: COLMAP without CUDA solves the cameras alone', () => {
  const options = ReconstructOptionsSchema.parse({ engine: 'colmap' });
  expect(enginesUsed({ colmap, dense: 'builtin' }, options)).toEqual({
    ...{ sfm: { engine: 'colmap', version: '3.8', place: 'native' }, dense: BUILT_IN },
  });
});

it('tells the image of programs in containers, and that cameras were given', () => {
  expect(enginesUsed({ modelFolder: located('/model', 'c'), openmvs, dense: 'openmvs' }, all)).toEqual({
    sfm: { engine: 'given' },
    dense: { engine: 'openmvs', version: '2.3.0', place: 'container', image: 'spedenaave/dpg' },
  });
});

it('says nothing of stages that are not run', () => {
  const options = ReconstructOptionsSchema.parse({ until: 'sfm' });
  expect(enginesUsed({ colmap, dense: 'builtin' }, options)).not.toHaveProperty('dense');
});
