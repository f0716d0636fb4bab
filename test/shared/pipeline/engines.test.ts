import { describe, expect, it } from 'vitest';
import { stageEngines } from '#shared/pipeline/engines.js';
import { stagesUntil } from '#shared/pipeline/stages.js';

describe('who does what', () => {
  it.each([
    [{ engine: 'auto' }, 'builtin', 'builtin', false],
    [{ engine: 'builtin' }, 'builtin', 'builtin', false],
    [{ engine: 'openmvg-openmvs' }, 'openmvg', 'openmvs', false],
    [{ engine: 'colmap' }, 'colmap', 'colmap', true],
    [{ engine: 'colmap', dense: 'colmap' }, 'colmap', 'colmap', false],
    [{ engine: 'colmap', dense: 'openmvs' }, 'colmap', 'openmvs', false],
    [{ engine: 'auto', sfm: 'colmap' }, 'colmap', 'builtin', false],
    [{ engine: 'openmvg-openmvs', sfm: 'builtin', dense: 'auto' }, 'builtin', 'openmvs', false],
  ] as const)('%j: cameras by %s, depth by %s', (choice, sfm, dense, isDenseOptional) => {
    expect(stageEngines(choice)).toEqual({ sfm, dense, isDenseOptional, isSfmGlobal: false });
  });

  it('stages that another program does as one do not run', () => {
    expect(stagesUntil('sfm', { isSparseForeign: true })).toEqual(['import', 'mapping']);
    expect(stagesUntil('dense', { dense: 'colmap' }).slice(-3)).toEqual(['mapping', 'views', 'fusion']);
    expect(stagesUntil('mesh')).toContain('depth');
  });

  it('the second solver of OpenMVG is a choice of its own', () => {
    expect(stageEngines({ engine: 'openmvg-openmvs', sfm: 'openmvg-global' })).toMatchObject({
      ...{ sfm: 'openmvg', dense: 'openmvs', isSfmGlobal: true },
    });
  });
});
