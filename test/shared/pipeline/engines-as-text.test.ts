import { expect, it } from 'vitest';
import { enginesText, engineText, usesOthers } from '#shared/pipeline/engines-as-text.js';

const BUILT_IN = { engine: 'builtin', version: '0.1.0' } as const;

it('names engines with the versions that are known', () => {
  expect(engineText({ engine: 'colmap', version: '3.8' })).toBe('COLMAP 3.8');
  expect(engineText({ engine: 'openmvg', version: 'unknown' })).toBe('OpenMVG');
  expect(engineText(BUILT_IN)).toBe('built-in engine');
});

it('says who did what', () => {
  expect(enginesText({ sfm: { engine: 'colmap', version: '3.8' }, dense: BUILT_IN })).toBe(
    'cameras by COLMAP 3.8, depth by built-in engine',
  );
  expect(enginesText({ sfm: BUILT_IN, dense: { engine: 'openmvs', version: '2.3.0' } })).toBe(
    'cameras by built-in engine, depth to texture by OpenMVS 2.3.0',
  );
  expect(enginesText({ sfm: { engine: 'given' } })).toBe('cameras by another program (given)');
});

it('tells whether others had a part', () => {
  expect(usesOthers({ sfm: BUILT_IN, dense: BUILT_IN })).toBe(false);
  expect(usesOthers({ sfm: BUILT_IN })).toBe(false);
  expect(usesOthers({ sfm: { engine: 'given' }, dense: BUILT_IN })).toBe(true);
});
