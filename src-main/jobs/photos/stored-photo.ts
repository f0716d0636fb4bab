import { z } from 'zod';

/** A photo of a job as the database keeps it. */
export const StoredPhotoSchema = z.object({
  photoId: z.string(),
  name: z.string(),
  /** Name of the file in the job's images folder, made by the service. */
  file: z.string(),
  bytes: z.number().int(),
  sha256: z.string(),
  format: z.enum(['jpg', 'png', 'webp', 'tiff', 'heic', 'avif']),
  width: z.number().int(),
  height: z.number().int(),
  /** Digest of the photo's mask, where one was uploaded. */
  maskSha256: z.string().optional(),
  /** Whether runs do without it. */
  leftOut: z.literal(true).optional(),
});

export type StoredPhoto = z.infer<typeof StoredPhotoSchema>;
