import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { parseColoredPoints } from '#main/adapters/openmvg/colored-points.js';
import { effortsFor } from '#main/adapters/openmvg/feature-presets.js';
import {
  colorPoints,
  computeFeatures,
  computeMatches,
  filterMatches,
  generatePairs,
  listImages,
  openMvgFilesIn,
  sceneAsText,
  solveScene,
} from '#main/adapters/openmvg/openmvg-commands.js';
import { openMvgNews } from '#main/adapters/openmvg/openmvg-progress.js';
import type { CameraPrior } from '#shared/scene/camera.js';
import type { Photo } from '#shared/scene/photo.js';
import { hasRecorded, recorded } from '../recorded.js';

const files = openMvgFilesIn('/run', { preset: 'NORMAL', ignoresMasks: false });
const camera: CameraPrior = {
  ...{ cameraId: 0, model: 'RADIAL', width: 640, height: 480, parameters: [700, 320, 240, 0, 0] },
  focalSource: 'exif-35mm',
};
const listing = ['-i', { path: '/run/matches-images-NORMAL/sfm_data.json' }];

describe('the command lines of OpenMVG', () => {
  it('list photos with the focal length that EXIF tells, or with known intrinsics', () => {
    expect(listImages(files, camera)).toEqual({
      program: 'openMVG_main_SfMInit_ImageListing',
      args: [
        '-i',
        { path: '/run/images' },
        '-o',
        { path: '/run/matches-images-NORMAL' },
        '-f',
        '700',
        '-c',
        '3',
        '-g',
        '1',
      ],
      folders: [{ path: '/run', containerPath: '/workspace', access: 'write' }],
    });
    const given = { ...camera, model: 'OPENCV', parameters: [700, 700, 310, 250, 0.1, 0, 0.01, 0] } as const;
    expect(listImages(files, { ...given, focalSource: 'given' }).args.slice(4)).toEqual([
      ...['-k', '700;0;309.5;0;700;249.5;0;0;1', '-c', '4', '-g', '1'],
    ]);
  });

  it('find features, pairs and matches', () => {
    expect(computeFeatures(files, 'NORMAL', 2).args).toEqual([
      ...[...listing, '-o', { path: '/run/matches-images-NORMAL' }, '-m', 'SIFT', '-p', 'NORMAL', '-n', '2'],
    ]);
    expect(generatePairs(files, undefined).args.slice(4)).toEqual(['-m', 'EXHAUSTIVE']);
    expect(generatePairs(files, 20).args.slice(4)).toEqual(['-m', 'CONTIGUOUS', '-c', '20']);
    expect(computeMatches(files).args).toEqual([
      ...[
        ...listing,
        '-p',
        { path: '/run/matches-images-NORMAL/pairs.bin' },
        '-o',
        { path: '/run/matches-images-NORMAL/matches.putative.bin' },
      ],
    ]);
    expect(filterMatches(files, 'f').args.slice(2)).toEqual([
      ...['-m', { path: '/run/matches-images-NORMAL/matches.putative.bin' }],
      ...['-o', { path: '/run/matches-images-NORMAL/matches.filtered.bin' }, '-g', 'f'],
    ]);
  });

  it('solve one after another or all at once, colour the points and tell the scene', () => {
    const { args } = solveScene(files, 'INCREMENTAL', false);
    expect(args).toEqual([
      ...[
        ...listing,
        '-m',
        { path: '/run/matches-images-NORMAL' },
        '-M',
        'matches.filtered.bin',
        '-o',
        { path: '/run/solved-images-NORMAL' },
      ],
      ...['-s', 'INCREMENTAL', '-f', 'ADJUST_FOCAL_LENGTH|ADJUST_DISTORTION'],
    ]);
    expect(solveScene(files, 'GLOBAL', true).args.slice(-4)).toEqual(['-s', 'GLOBAL', '-f', 'NONE']);
    expect(solveScene(files, 'INCREMENTALV2', true).args.slice(-2)).toEqual(['-S', 'STELLAR']);
    const scene = ['-i', { path: '/run/solved-images-NORMAL/sfm_data.bin' }];
    expect(colorPoints(files).args).toEqual([...scene, '-o', { path: '/run/solved-images-NORMAL/colored.ply' }]);
    expect(sceneAsText(files).args).toEqual([
      ...[...scene, '-o', { path: '/run/solved-images-NORMAL/sfm_data.json' }, '-V', '-I', '-E', '-S'],
    ]);
  });
});

describe('the features of OpenMVG', () => {
  const photos = (width: number, height: number) =>
    [
      { width: 100, height: 100 },
      { width, height },
    ] as Photo[];

  it.each([
    ['temple', 640, 480, 0, ['ULTRA']],
    ['temple, in a hurry', 640, 480, -2, ['NORMAL', 'ULTRA']],
    ['dancing-girl', 1600, 1200, 0, ['HIGH', 'ULTRA']],
    ['of a phone', 4000, 3000, 0, ['NORMAL', 'HIGH']],
    ['of a phone, in a hurry', 4000, 3000, -2, ['NORMAL', 'HIGH']],
    ['of a phone, at its best', 4000, 3000, 1, ['HIGH']],
  ])('of photos as of %s', (_, width, height, detail, presets) => {
    expect(effortsFor(photos(width, height), detail).map(({ preset }) => preset)).toEqual(presets);
  });

  it('of masked photos are at last looked for in the whole photos', () => {
    const masked = photos(640, 480).map((photo) => ({ ...photo, maskPath: 'mask.png' }));
    expect(effortsFor(masked, 0)).toEqual([
      { preset: 'ULTRA', ignoresMasks: false },
      { preset: 'ULTRA', ignoresMasks: true },
    ]);
  });
});

describe('the output of OpenMVG', () => {
  it.each([
    ['INFO: [loggerprogress.hpp:79] [- Matching -] 40%', { kind: 'pass', pass: 'matching', fraction: 0.4 }],
    ['[- EXTRACT FEATURES -] 70%', { kind: 'pass', pass: 'extract features', fraction: 0.7 }],
    [
      'INFO: [loggerprogress.hpp:79] [- UNDISTORT IMAGES ] 30%',
      { kind: 'pass', pass: 'undistort images', fraction: 0.3 },
    ],
    ['INFO: [sequential_SfM.cpp:932] -- Trying robust Resection of view: 46', { kind: 'photo-tried' }],
    ['usable #File(s) listed in sfm_data: 47', { kind: 'listed', usable: 47 }],
    [' Tracks number: 0', { kind: 'tracks', count: 0 }],
    ['sh: 1: neato: not found', undefined],
  ])('%s', (line, news) => {
    expect(openMvgNews(line)).toEqual(news);
  });

  it.skipIf(!hasRecorded)('of the recorded runs tells passes that end at 1', async () => {
    for (const [log, pass] of [
      ['features', 'extract features'],
      ['matches', 'matching'],
      ['geom', 'geometric filtering'],
      ['conv', 'undistort images'],
    ]) {
      const lines = (await readFile(recorded(`logs/${log}.log`), 'utf8')).split(/[\r\n]+/);
      const fractions = lines.flatMap((line) => {
        const news = openMvgNews(line);
        return news?.kind === 'pass' && news.pass === pass ? [news.fraction] : [];
      });
      expect(fractions.length).toBeGreaterThan(3);
      expect(fractions.at(-1)).toBe(1);
    }
  });
});

describe('the colours of points', () => {
  it('are found by position, the cameras among them too', () => {
    const colorOf = parseColoredPoints(
      'ply\nformat ascii 1.0\nelement vertex 2\nend_header\n-0.0179352165788545 1.5 3.5952054179897788 14 3 0\n1 2 3 0 255 0\n',
    );
    expect(colorOf([-0.0179352165788545, 1.5, 3.595205417989])).toEqual([14, 3, 0]);
    expect(colorOf([0, 0, 0])).toBeUndefined();
  });

  it('in another form are refused', () => {
    expect(() => parseColoredPoints('ply\nformat binary_little_endian 1.0\nend_header\n')).toThrow('cannot be read');
  });
});
