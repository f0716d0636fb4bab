import { describe, expect, it } from 'vitest';
import {
  type ColmapCommand,
  colmapFilesIn,
  commandLine,
  extractFeatures,
  mapPhotos,
  matchAll,
  matchInSequence,
} from '#main/adapters/colmap/colmap-commands.js';
import { colmapNews } from '#main/adapters/colmap/colmap-progress.js';
import { COLMAP_SPARSE_DEFAULTS } from '#main/adapters/colmap/colmap-sparse.js';
import type { CameraPrior } from '#shared/scene/camera.js';

const files = colmapFilesIn('/run');
const program = {
  place: { kind: 'native' },
  version: '3.8',
  hasCuda: false,
  usesGpu: false,
  commands: ['mapper'],
} as const;
const setup = { program, files, threads: 2, seed: 7, effort: {} };
const thorough = { ...setup, effort: COLMAP_SPARSE_DEFAULTS.thorough };
const camera: CameraPrior = {
  ...{ cameraId: 0, model: 'RADIAL', width: 640, height: 480, parameters: [700, 320, 240, 0, 0] },
  focalSource: 'exif-35mm',
};
const group = { camera, list: '/run/camera-0.txt', hasMasks: true };
/** In the words of 3.8. */
const argsOf = (command: ColmapCommand, known: readonly string[] = []) =>
  commandLine(command, '/run', new Set(known)).args;

describe('the command lines of COLMAP', () => {
  it('extract the features of one camera, with its intrinsics and the masks', () => {
    expect(commandLine(extractFeatures(setup, group, 1600), '/run', new Set())).toEqual({
      program: 'colmap',
      args: [
        ...['feature_extractor', '--random_seed', '7', '--database_path', { path: '/run/database.db' }],
        ...['--image_path', { path: '/run/images' }, '--image_list_path', { path: '/run/camera-0.txt' }],
        ...['--ImageReader.single_camera', '1', '--ImageReader.camera_model', 'SIMPLE_RADIAL'],
        ...['--ImageReader.camera_params', '700,320,240,0', '--ImageReader.mask_path', { path: '/run/masks' }],
        ...['--SiftExtraction.use_gpu', '0', '--SiftExtraction.num_threads', '2'],
        ...['--SiftExtraction.max_image_size', '1600'],
      ],
      folders: [{ path: '/run', containerPath: '/workspace', access: 'write' }],
      env: { QT_QPA_PLATFORM: 'offscreen' },
    });
  });

  it('keep the lens that is given', () => {
    const given = { ...group, camera: { ...camera, focalSource: 'given' as const } };
    expect(argsOf(extractFeatures(setup, given, 1600))).toEqual(expect.arrayContaining(['RADIAL', '700,320,240,0,0']));
  });

  it('leave a focal length that is a guess to COLMAP', () => {
    const guess = { camera: { ...camera, focalSource: 'guess' as const }, list: '/run/l', hasMasks: false };
    const args = argsOf(extractFeatures(setup, guess, 1600));
    expect(args).not.toContain('--ImageReader.camera_params');
    expect(args).not.toContain('--ImageReader.mask_path');
  });

  it('speak the names of later versions, use their CUDA and leave out what they no longer have', () => {
    const extraction = ['FeatureExtraction.use_gpu', 'FeatureExtraction.num_threads', 'SiftExtraction.peak_threshold'];
    const later = { ...thorough, program: { ...program, hasCuda: true, usesGpu: true } };
    expect(argsOf(extractFeatures(later, group, 1600), extraction)).toEqual([
      ...['feature_extractor', '--FeatureExtraction.use_gpu', '1', '--FeatureExtraction.num_threads', '2'],
      ...['--SiftExtraction.peak_threshold', '0.004'],
    ]);
    const matching = ['default_random_seed', 'FeatureMatching.guided_matching', 'TwoViewGeometry.max_error'];
    expect(argsOf(matchAll(later, 12), matching)).toEqual([
      ...['exhaustive_matcher', '--default_random_seed', '7'],
      ...['--FeatureMatching.guided_matching', '1', '--TwoViewGeometry.max_error', '2'],
    ]);
    const global = mapPhotos(later, 3, { isGlobal: true, fixesIntrinsics: false });
    expect(argsOf(global, ['database_path', 'GlobalMapper.num_threads'])).toEqual([
      ...['global_mapper', '--database_path', { path: '/run/database.db' }, '--GlobalMapper.num_threads', '2'],
    ]);
  });

  it('match in pairs by blocks, or in sequence', () => {
    const blockOf = (photos: number) => argsOf(matchAll(setup, photos)).at(-1);
    expect([8, 200, 4000].map(blockOf)).toEqual(['10', '25', '50']);
    expect(argsOf(matchInSequence(setup, 20)).slice(-4)).toEqual([
      ...['--SequentialMatching.overlap', '20', '--SequentialMatching.quadratic_overlap', '1'],
    ]);
  });

  it('map small sets too, keep given intrinsics, and try harder in files of their own', () => {
    const map = (fixesIntrinsics: boolean, from = setup) =>
      argsOf(mapPhotos(from, 3, { isGlobal: false, fixesIntrinsics }));
    expect(map(false).slice(-2)).toEqual(['--Mapper.min_model_size', '3']);
    expect(map(true).slice(-4)).toEqual([
      ...['--Mapper.ba_refine_focal_length', '0', '--Mapper.ba_refine_extra_params', '0'],
    ]);
    expect(map(false, thorough).slice(-4)).toEqual([
      ...['--Mapper.init_min_num_inliers', '50', '--Mapper.abs_pose_min_num_inliers', '10'],
    ]);
    const [first, second] = [files, colmapFilesIn('/run', 2)];
    expect([second.images, second.masks]).toEqual([first.images, first.masks]);
    expect([second.database, second.models]).toEqual(['/run/database-2.db', '/run/models-2']);
  });
});

describe('the output of COLMAP', () => {
  it.each([
    ['Processed file [3/10]', { kind: 'photo-read', done: 3, of: 10 }],
    ['I20240101 12:00:00 1 f.cc:1] Processed file [3/10]', { kind: 'photo-read', done: 3, of: 10 }],
    ['Matching block [1/2, 2/2] in 0.5s', { kind: 'matched', fraction: 0.5 }],
    ['Matching image [5/10] in 0.1s', { kind: 'matched', fraction: 0.5 }],
    ['Registering image #4 (3)', { kind: 'registered', photos: 3 }],
    ['I2 t.cc:1] Registering image #4 (num_reg_frames=3)', { kind: 'registered', photos: 3 }],
    ['ERROR: failed to create sparse model', { kind: 'no-model' }],
    ['  Features:        2746', undefined],
  ])('%s', (line, news) => {
    expect(colmapNews(line)).toEqual(news);
  });
});
