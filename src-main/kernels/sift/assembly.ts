// SIFT: Gaussian octaves, extrema of their differences, orientations and descriptors.
// Based on: D. Lowe, "Distinctive image features from scale-invariant keypoints", IJCV 2004.
//
// Images are f32[height*stride], row-major; stride is a multiple of 16 so that rows can be worked on by whole vectors; columns from
// width to stride hold finite values that mean nothing. An octave's Gaussian levels lie one after the other.
// A keypoint is f32[6]: x, y (pixel indices of the octave: the centre of the top-left pixel is 0, 0), sigma (pixels of the octave),
// response (absolute difference of Gaussians at the extremum), level (index of the Gaussian image nearest in scale), angle (radians).

export const heapBase: usize = __heap_base;

export { describe, orient } from './assembly-describe';
export { findExtrema } from './assembly-extrema';
export { blur, enlarge2, halve, lumaFromRgb } from './assembly-image';
