import { z } from 'zod';

/** A photo of a job as the API shows it. */
export const PhotoResourceSchema = z.object({
  photo_id: z.string(),
  name: z.string().describe('As the client named it; never used as a path.'),
  bytes: z.number().int(),
  sha256: z.string(),
  format: z.string(),
  width: z.number().int(),
  height: z.number().int(),
});

export type PhotoResource = z.infer<typeof PhotoResourceSchema>;
