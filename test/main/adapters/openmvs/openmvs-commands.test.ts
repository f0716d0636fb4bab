import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { densify, reconstructMesh, refineMesh, textureMesh } from '#main/adapters/openmvs/openmvs-commands.js';
import { OPENMVS_PROGRAMS, type OpenMvsProgram, readHelp } from '#main/adapters/openmvs/openmvs-program.js';
import { openMvsNews } from '#main/adapters/openmvs/openmvs-progress.js';
import { hasRecorded, recorded } from '../recorded.js';

/** What programs built of the tags v1.1.1 and v2.0.1 print. */
const helpsOf = (version: string) =>
  Promise.all(
    OPENMVS_PROGRAMS.map((name) =>
      readFile(new URL(`../stand-ins/openmvs-${version}/${name}.txt`, import.meta.url), 'utf8'),
    ),
  );
const place = { kind: 'native' } as const;
const setupOf = (program: OpenMvsProgram) => ({ program, folder: '/w/stage', work: '/w', threads: 2 });
const folders = [{ path: '/w', containerPath: '/workspace', access: 'write' }];

describe.skipIf(!hasRecorded)('OpenMVS 2.3 by its recorded help', async () => {
  const helps = hasRecorded
    ? await Promise.all(OPENMVS_PROGRAMS.map((name) => readFile(recorded(`help/${name}.txt`), 'utf8')))
    : await helpsOf('1.1.1');
  const program = { place, ...readHelp(helps) };
  const setup = setupOf(program);

  it('is recognised', () => {
    expect(program.version).toBe('2.3.0');
    expect(program).toMatchObject({ keepsInterface: true, knowsMasks: true });
    expect(program.options.DensifyPointCloud).toContain('ignore-mask-label');
    expect(program.options.DensifyPointCloud).toContain('working-folder');
    expect(program.options.TextureMesh).toContain('max-texture-size');
  });

  it('densifies, with masks and without', () => {
    const {
      program: name,
      args,
      folders: seen,
    } = densify(setup, '/w/depth/scene.mvs', { maxResolutionPx: 800, hasMasks: true });
    expect({ name, seen }).toEqual({ name: 'DensifyPointCloud', seen: folders });
    expect(args).toEqual([
      ...['--working-folder', { path: '/w/depth' }, '--input-file', { path: '/w/depth/scene.mvs' }],
      ...['--output-file', { path: '/w/stage/dense.mvs' }, '--resolution-level', '0', '--max-resolution', '800'],
      ...['--min-resolution', '320', '--ignore-mask-label', '0', '--archive-type', '-1', '--max-threads', '2'],
    ]);
    const plain = densify(setup, '/w/depth/scene.mvs', { maxResolutionPx: 200, hasMasks: false }).args;
    expect(plain).not.toContain('--ignore-mask-label');
    expect(plain[plain.indexOf('--min-resolution') + 1]).toBe('200');
  });

  it('builds, refines and paints the mesh', () => {
    expect(reconstructMesh(setup, { scene: '/w/depth/dense.mvs', points: '/w/depth/dense.ply' }).args).toEqual([
      ...['--working-folder', { path: '/w/depth' }, '--input-file', { path: '/w/depth/dense.mvs' }],
      ...['--output-file', { path: '/w/stage/mesh.mvs' }, '--pointcloud-file', { path: '/w/depth/dense.ply' }],
      ...['--archive-type', '-1', '--max-threads', '2'],
    ]);
    expect(refineMesh(setup, '/w/depth/dense.mvs', '/w/surface/mesh.ply', 1).args).toEqual([
      ...['--working-folder', { path: '/w/depth' }, '--input-file', { path: '/w/depth/dense.mvs' }],
      ...['--output-file', { path: '/w/stage/refined.mvs' }, '--mesh-file', { path: '/w/surface/mesh.ply' }],
      ...['--resolution-level', '1', '--max-face-area', '8', '--archive-type', '-1', '--max-threads', '2'],
    ]);
    expect(textureMesh(setup, '/w/depth/scene.mvs', '/w/texture/mesh.ply').args).toEqual([
      ...['--working-folder', { path: '/w/depth' }, '--input-file', { path: '/w/depth/scene.mvs' }],
      ...['--output-file', { path: '/w/stage/textured.mvs' }, '--mesh-file', { path: '/w/texture/mesh.ply' }],
      ...['--export-type', 'ply'],
      ...['--decimate', '1', '--close-holes', '0', '--ignore-mask-label', '-1'],
      ...['--archive-type', '-1', '--max-threads', '2'],
    ]);
  });
});

describe('OpenMVS 1.1.1 by its recorded help', async () => {
  const helps = await helpsOf('1.1.1');
  const program = { place, ...readHelp(helps) };
  const setup = setupOf(program);

  it('is recognised, and asked for nothing that it does not know', () => {
    expect(program).toMatchObject({ version: '1.1', keepsInterface: false, knowsMasks: false });
    const { args } = densify(setup, '/w/depth/scene.mvs', { maxResolutionPx: 800, hasMasks: true });
    expect(args).toEqual([
      ...['--working-folder', { path: '/w/depth' }, '--input-file', { path: '/w/depth/scene.mvs' }],
      ...['--output-file', { path: '/w/stage/dense.mvs' }, '--resolution-level', '0', '--max-resolution', '800'],
      ...['--min-resolution', '320', '--max-threads', '2'],
    ]);
    const mesh = reconstructMesh(setup, { scene: '/w/depth/dense.mvs', points: '/w/dense.ply' }).args;
    expect(mesh).not.toContain('--pointcloud-file');
  });

  it('is given the mesh to refine and to paint, by an option that its help hides', () => {
    expect(helps.join('\n')).not.toContain('--mesh-file');
    const mesh = ['--mesh-file', { path: '/w/mesh.ply' }];
    expect(refineMesh(setup, '/w/depth/dense.mvs', '/w/mesh.ply', 1).args).toEqual(expect.arrayContaining(mesh));
    expect(textureMesh(setup, '/w/depth/scene.mvs', '/w/mesh.ply').args).toEqual([
      ...['--working-folder', { path: '/w/depth' }, '--input-file', { path: '/w/depth/scene.mvs' }],
      ...['--output-file', { path: '/w/stage/textured.mvs' }, '--mesh-file', { path: '/w/mesh.ply' }],
      ...['--export-type', 'ply'],
      ...['--decimate', '1', '--close-holes', '0', '--max-threads', '2'],
    ]);
  });

  it('is followed by 2.0, which knows masks and keeps points in scenes', async () => {
    const later = { place, ...readHelp(await helpsOf('2.0.1')) };
    expect(later).toMatchObject({ version: '2.0', keepsInterface: false, knowsMasks: true });
    const { args } = densify(setupOf(later), '/w/depth/scene.mvs', { maxResolutionPx: 800, hasMasks: true });
    expect(args.slice(args.indexOf('--ignore-mask-label'))).toEqual(['--ignore-mask-label', '0', '--max-threads', '2']);
    expect(reconstructMesh(setupOf(later), { scene: '/w/dense.mvs', points: '/w/dense.ply' }).args).not.toContain(
      '--pointcloud-file',
    );
    expect(textureMesh(setupOf(later), '/w/scene.mvs', '/w/mesh.ply').args).toContain('--mesh-file');
  });

  it('is told from programs of another kind that have its names', () => {
    const strange = helps.map((help) => help.replaceAll('input-file', 'mesh'));
    expect(() => readHelp(strange)).toThrow(expect.objectContaining({ code: 'TOOL_NOT_CAPABLE' }));
    expect(() => readHelp([])).toThrow(expect.objectContaining({ code: 'TOOL_NOT_CAPABLE' }));
  });
});

describe('the output of OpenMVS', () => {
  it.each([
    ['Estimated depth-maps 12 (25.53%, 55s, ETA 2m)...', { step: 'estimated depth-maps', fraction: 0.2553 }],
    ['Points inserted 829988 (100%, 1s578ms)           ', { step: 'points inserted', fraction: 1 }],
    ['01:47:57 [App     ] Scene loaded from interface format (1ms):', undefined],
    ['\t     1046 points with 2  views (44.45%)', undefined],
  ])('%s', (line, news) => {
    expect(openMvsNews(line)).toEqual(news);
  });
});
