import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { densify, reconstructMesh, refineMesh, textureMesh } from '#main/adapters/openmvs/openmvs-commands.js';
import { OPENMVS_PROGRAMS, type OpenMvsProgram, readHelp } from '#main/adapters/openmvs/openmvs-program.js';
import { openMvsNews } from '#main/adapters/openmvs/openmvs-progress.js';
import { hasRecorded, recorded } from '../recorded.js';

/** Help texts as versions 1 print them: fewer options, points and meshes inside the scene. */
const OLD_HELP = [
  'OpenMVS x64 v1.1.1\n  --archive-type arg (=2)   project archive type: 0-text, 1-binary',
  '',
  '',
  '',
].map(
  (text) =>
    `${text}\n  -w [ --working-folder ] arg x\n  -i [ --input-file ] arg  x\n  -o [ --output-file ] arg\n  -m [ --mesh-file ] arg  x\n` +
    '  --max-threads arg (=0) x\n  --resolution-level arg (=1)\n  --export-type arg (=ply)\n',
);
const place = { kind: 'native' } as const;
const setupOf = (program: OpenMvsProgram) => ({ program, folder: '/w/depth', work: '/w', threads: 2 });
const folders = [{ path: '/w', containerPath: '/workspace', access: 'write' }];

describe.skipIf(!hasRecorded)('OpenMVS 2.3 by its recorded help', async () => {
  const helps = hasRecorded
    ? await Promise.all(OPENMVS_PROGRAMS.map((name) => readFile(recorded(`help/${name}.txt`), 'utf8')))
    : OLD_HELP;
  const program = { place, ...readHelp(helps) };
  const setup = setupOf(program);

  it('is recognised', () => {
    expect(program.version).toBe('2.3.0');
    expect(program.keepsInterface).toBe(true);
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
      ...['--output-file', 'dense.mvs', '--resolution-level', '0', '--max-resolution', '800'],
      ...['--min-resolution', '320', '--ignore-mask-label', '0', '--archive-type', '-1', '--max-threads', '2'],
    ]);
    const plain = densify(setup, '/w/depth/scene.mvs', { maxResolutionPx: 200, hasMasks: false }).args;
    expect(plain).not.toContain('--ignore-mask-label');
    expect(plain[plain.indexOf('--min-resolution') + 1]).toBe('200');
  });

  it('builds, refines and paints the mesh', () => {
    expect(reconstructMesh(setup, { scene: '/w/depth/dense.mvs', points: '/w/depth/dense.ply' }).args).toEqual([
      ...['--working-folder', { path: '/w/depth' }, '--input-file', { path: '/w/depth/dense.mvs' }],
      ...['--pointcloud-file', { path: '/w/depth/dense.ply' }, '--output-file', 'mesh.mvs'],
      ...['--archive-type', '-1', '--max-threads', '2'],
    ]);
    expect(refineMesh(setup, '/w/depth/dense.mvs', '/w/surface/mesh.ply', 1).args).toEqual([
      ...['--working-folder', { path: '/w/depth' }, '--input-file', { path: '/w/depth/dense.mvs' }],
      ...['--mesh-file', { path: '/w/surface/mesh.ply' }, '--output-file', 'refined.mvs', '--resolution-level', '1'],
      ...['--archive-type', '-1', '--max-threads', '2'],
    ]);
    expect(textureMesh(setup, '/w/depth/scene.mvs', '/w/texture/mesh.ply').args).toEqual([
      ...['--working-folder', { path: '/w/depth' }, '--input-file', { path: '/w/depth/scene.mvs' }],
      ...['--mesh-file', { path: '/w/texture/mesh.ply' }, '--output-file', 'textured.mvs', '--export-type', 'ply'],
      ...['--decimate', '1', '--close-holes', '0', '--ignore-mask-label', '-1'],
      ...['--archive-type', '-1', '--max-threads', '2'],
    ]);
  });
});

describe('OpenMVS 1.1', () => {
  const program = { place, ...readHelp(OLD_HELP) };

  it('is recognised, and asked for nothing that it does not know', () => {
    expect(program).toMatchObject({ version: '1.1.1', keepsInterface: false });
    const { args } = densify(setupOf(program), '/w/scene.mvs', { maxResolutionPx: 800, hasMasks: true });
    expect(args).toEqual([
      ...['--working-folder', { path: '/w/depth' }, '--input-file', { path: '/w/scene.mvs' }],
      ...['--output-file', 'dense.mvs', '--resolution-level', '0', '--max-threads', '2'],
    ]);
    const mesh = reconstructMesh(setupOf(program), { scene: '/w/dense.mvs', points: '/w/dense.ply' }).args;
    expect(mesh).not.toContain('--pointcloud-file');
  });

  it('that cannot paint a given mesh is of no use', () => {
    const older = OLD_HELP.map((help) => help.replace('mesh-file', 'mesh-export'));
    expect(() => readHelp(older)).toThrow(expect.objectContaining({ code: 'TOOL_NOT_CAPABLE' }));
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
