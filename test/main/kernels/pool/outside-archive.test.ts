import { expect, it } from 'vitest';
import { outsideArchive } from '#main/kernels/pool/outside-archive.js';

it.each([
  ['file:///opt/Atlas/resources/app.asar/dist/a.js', 'file:///opt/Atlas/resources/app.asar.unpacked/dist/a.js'],
  ['/opt/Atlas/resources/app.asar/node_modules/x', '/opt/Atlas/resources/app.asar.unpacked/node_modules/x'],
  ['C:\\Atlas\\resources\\app.asar\\dist\\a.js', 'C:\\Atlas\\resources\\app.asar.unpacked\\dist\\a.js'],
])('%s lies beside the archive', (inside, outside) => expect(outsideArchive(inside)).toBe(outside));

it.each([
  'file:///work/atlas/dist/a.js',
  '/opt/Atlas/resources/app.asar.unpacked/dist/a.js',
  '/opt/myapp.asar/dist/a.js',
  '/opt/app.asarx/a.js',
])('%s stays', (path) => expect(outsideArchive(path)).toBe(path));
