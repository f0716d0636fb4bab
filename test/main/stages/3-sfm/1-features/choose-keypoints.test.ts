import { expect, it } from 'vitest';
import { rankKeypoints } from '#main/stages/3-sfm/1-features/choose-keypoints.js';

const keypoints = (list: readonly (readonly [x: number, y: number, sigma: number])[]) =>
  Float32Array.from(list.flatMap(([x, y, sigma]) => [x, y, sigma, 0]));

it('puts strong and large keypoints first within a cell', () => {
  const list = keypoints([
    [10, 10, 2],
    [11, 10, 2],
    [12, 10, 8],
  ]);
  const response = (i: number) => [0.1, 0.2, 0.15][i] ?? 0;
  expect(rankKeypoints({ count: 3, keypoints: list, response }, 1600, 1200)).toEqual([2, 1, 0]);
});

it('takes each cell in turn, ties by index', () => {
  const list = keypoints([
    [10, 10, 2],
    [20, 20, 2],
    [30, 30, 2],
    [1500, 1100, 2],
    [1510, 1110, 2],
  ]);
  const response = (i: number) => (i < 3 ? 0.5 : 0.1);
  expect(rankKeypoints({ count: 5, keypoints: list, response }, 1600, 1200)).toEqual([0, 3, 1, 4, 2]);
});
