import { expect, it } from 'vitest';
import { candidateChooser, chooseFeatures, rankKeypoints } from '#main/stages/3-sfm/1-features/choose-keypoints.js';

const SIZE = { width: 1600, height: 1200 };
const keypoints = (list: readonly (readonly [x: number, y: number, sigma: number])[]) =>
  Float32Array.from(list.flatMap(([x, y, sigma]) => [x, y, sigma, 0]));

it('puts strong and large keypoints first within a cell', () => {
  const list = keypoints([
    [10, 10, 2],
    [11, 10, 2],
    [12, 10, 8],
  ]);
  const response = (i: number) => [0.1, 0.2, 0.15][i] ?? 0;
  expect(rankKeypoints([0, 1, 2], list, response, SIZE)).toEqual([2, 1, 0]);
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
  expect(rankKeypoints([0, 1, 2, 3, 4], list, response, SIZE)).toEqual([0, 3, 1, 4, 2]);
});

const LIMITS = { maxFeatures: 4, contrast: 0.1, fillUpTo: 3 };
const withResponses = (...responses: readonly number[]) => ({
  count: responses.length,
  keypoints: Float32Array.from(responses.flatMap((response, i) => [10 + i, 10, 2, response])),
  responses: Float32Array.from(responses),
});

it('describes faint candidates only until there are enough, counting those of earlier octaves', () => {
  const choose = candidateChooser(SIZE, LIMITS, () => true);
  expect(choose(withResponses(0.05, 0.2, 0.07, 0.06))).toEqual([1, 2, 3]);
  expect(choose(withResponses(0.3, 0.09, 0.04))).toEqual([0, 1]);
  expect(choose(withResponses(0.3, 0.09, 0.04))).toEqual([0]);
});

it('describes the most important ones of too many, and none off the object', () => {
  const choose = candidateChooser(SIZE, LIMITS, (x) => x !== 12);
  expect(choose(withResponses(0.2, 0.9, 0.8, 0.7, 0.6, 0.5))).toEqual([1, 3, 4, 5]);
});

it('fills up the final choice with the strongest faint ones', () => {
  expect(chooseFeatures(withResponses(0.05, 0.2, 0.07, 0.3), SIZE, LIMITS)).toEqual([3, 1, 2]);
  expect(chooseFeatures(withResponses(0.5, 0.2, 0.07, 0.3, 0.4, 0.6), SIZE, LIMITS)).toEqual([5, 0, 4, 3]);
});
