import { z } from 'zod';
import { JobIdParamsSchema } from './job-schemas.js';

/** What a person should know of a photo before a run. */
const PhotoFlagSchema = z
  .object({
    code: z
      .string()
      .describe('A code of the error table: `PHOTO_BLURRED`, `PHOTO_TOO_DARK`, `PHOTO_NEAR_DUPLICATE`, …'),
    message: z.string(),
    hint: z.string().describe('What to do about it'),
    alike: z
      .array(z.string())
      .optional()
      .describe('`photo_id` of photos that look the same, with PHOTO_NEAR_DUPLICATE'),
    differences: z
      .array(z.enum(['camera', 'lens', 'focal-length', 'size']))
      .optional()
      .describe('In what the camera differs from that of most photos, with PHOTO_OTHER_CAMERA'),
  })
  .meta({ id: 'PhotoFlag' });

export type PhotoFlag = z.infer<typeof PhotoFlagSchema>;

const ExifSchema = z
  .object({
    make: z.string(),
    model: z.string(),
    lens: z.string(),
    captured_at: z.string().describe('As the camera’s clock had it, without zone'),
    focal_length_mm: z.number(),
    focal_length_35mm: z.number(),
    exposure_seconds: z.number(),
    f_number: z.number(),
    iso: z.number(),
  })
  .partial()
  .meta({ id: 'PhotoExif' });

export type PhotoExifResource = z.infer<typeof ExifSchema>;

/** How good a photo is for a reconstruction, by itself and among the included photos of its job. */
export const PhotoQualitySchema = z
  .object({
    usable: z.boolean().describe('Whether a run would use it; if not, a flag says why'),
    flags: z.array(PhotoFlagSchema),
    measures: z
      .object({
        sharpness: z.number().describe('Variance of the Laplacian at a fixed scale'),
        relative_sharpness: z.number().describe('Of the median of the included photos'),
        percentile_5: z.number().describe('Grey value (0..255) below which 5 % of the pixels lie'),
        percentile_95: z.number(),
        clipped_share: z.number().describe('Share of the pixels that are burnt out to white'),
      })
      .nullable(),
    exif: ExifSchema,
  })
  .meta({ id: 'PhotoQuality' });

export type PhotoQuality = z.infer<typeof PhotoQualitySchema>;

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
    included: z.boolean().describe('Whether a run uses it'),
    quality: PhotoQualitySchema.nullable().describe(
      'null until the service has looked at the photo, soon after its upload',
    ),
  })
  .meta({ id: 'Photo' });

export type PhotoResource = z.infer<typeof PhotoResourceSchema>;

/** A file that was not taken: kept in the list, so that people see what is missing and why. */
const RefusedPhotoSchema = z
  .object({
    photo_id: z.string().describe('Removes it from the list, as a photo is removed'),
    name: z.string(),
    code: z.string(),
    message: z.string(),
    hint: z.string(),
  })
  .meta({ id: 'RefusedPhoto' });

export type RefusedPhoto = z.infer<typeof RefusedPhotoSchema>;

export const PhotoListSchema = z
  .object({
    photos: z.array(PhotoResourceSchema),
    refused: z.array(RefusedPhotoSchema).describe('Files that were uploaded to the draft and could not be taken'),
  })
  .meta({ id: 'PhotoList' });

export type PhotoList = z.infer<typeof PhotoListSchema>;

const MAX_CHANGED_PHOTOS = 10_000;

/** Photos to leave out of the next run, or to take in again. */
export const ChangePhotosSchema = z
  .strictObject({ photo_ids: z.array(z.uuid()).min(1).max(MAX_CHANGED_PHOTOS), included: z.boolean() })
  .meta({ id: 'ChangePhotos' });

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

/** What a person has clicked at, for a mask that is made from it. */
export const MaskPromptsSchema = z
  .strictObject({
    points: z
      .array(
        z.strictObject({
          x: z.number().min(0).describe('Pixels of the upright photo, to the right'),
          y: z.number().min(0).describe('Pixels of the upright photo, downwards'),
          inside: z.boolean().describe('Whether the object is there'),
        }),
      )
      .min(1)
      .max(200)
      .refine((points) => points.some(({ inside }) => inside), 'one point at least must be inside')
      .describe('All points of this photo; one at least is inside. The frame of the photo counts as outside'),
  })
  .meta({ id: 'MaskPrompts' });

export type MaskPrompts = z.infer<typeof MaskPromptsSchema>;
