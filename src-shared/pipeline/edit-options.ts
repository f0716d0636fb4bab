import { z } from 'zod';

/**
 * Edits of the finished model. They are made when it is written, so that changing them computes the export anew and nothing else.
 *
 * Frames, all right-handed:
 * - *automatic*: model.glb as it is written without edits and without a scale. +Y is the estimated up; the model stands on y = 0,
 *   its bounds are centred in x and z, the first photo's side faces +Z, and its longest side is 1. It depends on neither edits nor
 *   scale, so edits can be changed again and again without adding up.
 * - *GLB*: model.glb as it is written: +Y up, standing on y = 0, centred in x and z; metres where the scale is known, else its
 *   longest side is 1.
 *
 * The order: 1. what lies outside `crop` goes, 2. the rest is turned by `turn`, 3. scaled, put on the ground and centred.
 * `qa.json` says `model.automaticToGlb`: with it a program that shows a model.glb brings what it measures there back.
 */

const coordinate = z.number().min(-1e6).max(1e6);
const UNIT_TOLERANCE = 1e-3;

/** x, y, z, w as glTF writes rotations. */
const QuaternionSchema = z
  .array(z.number().min(-1.01).max(1.01))
  .length(4)
  .refine((q) => Math.abs(Math.hypot(...q) - 1) < UNIT_TOLERANCE, { message: 'must be of length 1' })
  .readonly();

/** An oriented box in the automatic frame: what is outside of it is cut off. */
export const CropBoxSchema = z
  .strictObject({
    center: z.array(coordinate).length(3).readonly(),
    size: z
      .array(z.number().positive().max(1e6))
      .length(3)
      .readonly()
      .describe('Whole lengths along the axes of the box'),
    rotation: QuaternionSchema.default([0, 0, 0, 1]).describe('Automatic frame from box: x, y, z, w'),
  })
  .readonly()
  .meta({ id: 'CropBox' });

/** How the model is turned after it was stood upright: quaternion x, y, z, w about the axes of the automatic frame. */
export const TurnSchema = QuaternionSchema;

export type CropBox = z.infer<typeof CropBoxSchema>;
/** Unit quaternion: x, y, z, w. */
export type Turn = z.infer<typeof TurnSchema>;
