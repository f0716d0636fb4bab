import { describe, expect, it } from 'vitest';
import {
  colmapFilesIn,
  convertToText,
  extractFeatures,
  mapPhotos,
  matchAll,
  matchInSequence,
} from '#main/adapters/colmap/colmap-commands.js';
import { colmapNews } from '#main/adapters/colmap/colmap-progress.js';
import type { CameraPrior } from '#shared/scene/camera.js';

const files = colmapFilesIn('/run');
const program = {
  place: { kind: 'native' },
  version: '3.8',
  hasCuda: false,
  extractionGroup: 'SiftExtraction',
  matchingGroup: 'SiftMatching',
} as const;
const setup = { program, files, threads: 2, seed: 7 };
const camera: CameraPrior = {
  ...{ cameraId: 0, model: 'RADIAL', width: 640, height: 480, parameters: [700, 320, 240, 0, 0] },
  focalSource: 'exif-35mm',
};

describe('the command lines of COLMAP', () => {
  it('extract the features of one camera, with its intrinsics and the masks', () => {
    const group = { camera, list: '/run/camera-0.txt', hasMasks: true };
    expect(extractFeatures(setup, group, 1600)).toEqual({
      program: 'colmap',
      args: [
        ...['feature_extractor', '--random_seed', '7', '--database_path', { path: '/run/database.db' }],
        ...['--image_path', { path: '/run/images' }, '--image_list_path', { path: '/run/camera-0.txt' }],
        ...['--ImageReader.single_camera', '1', '--ImageReader.camera_model', 'RADIAL'],
        ...['--ImageReader.camera_params', '700,320,240,0,0', '--ImageReader.mask_path', { path: '/run/masks' }],
        ...['--SiftExtraction.use_gpu', '0', '--SiftExtraction.num_threads', '2'],
        ...['--SiftExtraction.max_image_size', '1600'],
      ],
      folders: [{ path: '/run', containerPath: '/workspace', access: 'write' }],
      env: { QT_QPA_PLATFORM: 'offscreen' },
    });
  });

  it('leave a focal length that is a guess to COLMAP', () => {
    const group = { camera: { ...camera, focalSource: 'guess' as const }, list: '/run/l', hasMasks: false };
    const { args } = extractFeatures(setup, group, 1600);
    expect(args).not.toContain('--ImageReader.camera_params');
    expect(args).not.toContain('--ImageReader.mask_path');
  });

  it('speak the names of later versions, and use their CUDA', () => {
    const names = { extractionGroup: 'FeatureExtraction', matchingGroup: 'FeatureMatching' } as const;
    const later = { ...setup, program: { ...program, ...names, hasCuda: true } };
    const { args } = extractFeatures(later, { camera, list: '/run/l', hasMasks: false }, 1600);
    expect(args.slice(-6)).toEqual([
      ...['--FeatureExtraction.use_gpu', '1', '--FeatureExtraction.num_threads', '2'],
      ...['--FeatureExtraction.max_image_size', '1600'],
    ]);
  });

  it('match in pairs by blocks, or in sequence', () => {
    const blockOf = (photos: number) => matchAll(setup, photos).args.at(-1);
    expect([8, 200, 4000].map(blockOf)).toEqual(['10', '25', '50']);
    expect(matchInSequence(setup, 20).args.slice(-4)).toEqual([
      ...['--SequentialMatching.overlap', '20', '--SequentialMatching.quadratic_overlap', '1'],
    ]);
  });

  it('map small sets too, keep given intrinsics, and convert', () => {
    expect(mapPhotos(setup, 3, false).args.slice(-2)).toEqual(['--Mapper.min_model_size', '3']);
    expect(mapPhotos(setup, 3, true).args.slice(-4)).toEqual([
      ...['--Mapper.ba_refine_focal_length', '0', '--Mapper.ba_refine_extra_params', '0'],
    ]);
    expect(convertToText(setup, '/run/models/0').args).toEqual([
      ...['model_converter', '--input_path', { path: '/run/models/0' }, '--output_path', { path: '/run/text' }],
      ...['--output_type', 'TXT'],
    ]);
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
