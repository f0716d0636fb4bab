import { z } from 'zod';

/** How the cameras of a job are exported for other programs. */
export const ColmapExportQuerySchema = z.object({
  photos: z
    .enum(['undistorted', 'original'])
    .default('undistorted')
    .describe(
      'Without lens distortion, with PINHOLE cameras, as trainers of splats want them; or upright and otherwise as they are',
    ),
  form: z.enum(['text', 'binary']).default('text').describe('Of the model: `cameras.txt` … or `cameras.bin` …'),
});
