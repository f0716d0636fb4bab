import { expect, it } from 'vitest';
import { formatRoute, parseRoute } from '../../../src-renderer/stores/route-store.js';

const JOB = 'cfbb9c32-6682-4f75-b685-29c6bc1e0ee1';

it.each(['#/', '#/jobs', '#/settings', '#/doctor', `#/captures/${JOB}`, `#/captures/${JOB}/model`])(
  'reads and writes the address %s',
  (fragment) => expect(formatRoute(parseRoute(fragment))).toBe(fragment),
);

it.each(['', '#/nothing', '#/captures/../../x', '#/captures'])('goes home from %s', (fragment) =>
  expect(parseRoute(fragment)).toEqual({ screen: 'home' }),
);
