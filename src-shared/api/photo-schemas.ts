import { z } from 'zod';
import { JobIdParamsSchema } from './job-schemas.js';

/** A photo of a job as the API shows it. */
export const PhotoResourceSchema = z
  .object({
    photo_id: z.string(),
    name: z.string().describe('As the client named it; never used as a path.'),
    bytes: z.number().int(),
    sha256: z.string(),
    format: z.string(),
    width: z.number().int(),
    height: z.number().int(),
    has_mask: z.boolean(),
  })
  .meta({ id: 'Photo' });

export type PhotoResource = z.infer<typeof PhotoResourceSchema>;

export const PhotoListSchema = z.object({ photos: z.array(PhotoResourceSchema) }).meta({ id: 'PhotoList' });

export const AddedPhotosSchema = z
  .object({
    photos: z.array(
      PhotoResourceSchema.extend({ duplicate: z.boolean().describe('The job had these bytes before') }).meta({
        id: 'AddedPhoto',
      }),
    ),
  })
  .meta({ id: 'AddedPhotos' });

export type AddedPhotos = z.infer<typeof AddedPhotosSchema>;

export const PhotoParamsSchema = JobIdParamsSchema.extend({ photo_id: z.uuid() });

/** A mask is named by the id of its photo. */
export const MaskParamsSchema = JobIdParamsSchema.extend({ image: z.uuid().describe('`photo_id` of the photo') });
