import { z } from 'zod';

export const EngineResourceSchema = z
  .object({
    name: z.enum(['builtin', 'colmap', 'openmvg', 'openmvs']),
    title: z.string(),
    available: z.boolean(),
    version: z.string().nullable(),
    place: z.enum(['built-in', 'native', 'container']).nullable().describe('How its programs run'),
    folder: z.string().nullable().describe('Where its programs are, if on this computer itself'),
    image: z.string().nullable().describe('The container image, where they run in one'),
    image_digest: z.string().nullable().describe('What its registry calls exactly this image'),
    image_bytes: z.number().nullable(),
    missing_image: z
      .string()
      .nullable()
      .describe('The container image that would bring it: `POST /engines/{engine}/pull` downloads it'),
    sfm: z.boolean().describe('Whether it can solve cameras'),
    dense: z.boolean().describe('Whether it can compute dense points'),
    reason: z.string().nullable().describe('Why it is not available, or cannot do all'),
    hint: z.string().nullable().describe('What to do about it'),
  })
  .meta({ id: 'Engine' });

const ChoiceSchema = z
  .object({ value: z.string(), available: z.boolean(), reason: z.string().nullable() })
  .meta({ id: 'EngineChoice' });

export const CapabilitiesSchema = z
  .object({
    version: z.string(),
    engines: z.array(EngineResourceSchema),
    containers: z
      .object({
        engine: z.enum(['docker', 'podman']),
        running: z.boolean().describe('Its daemon answers, and the service may use it'),
      })
      .nullable()
      .describe('What runs containers; null where there is neither Docker nor Podman'),
    choices: z
      .object({ engine: z.array(ChoiceSchema), sfm: z.array(ChoiceSchema), dense: z.array(ChoiceSchema) })
      .describe('The values of these options, and whether this computer can do them'),
    tiers: z.array(z.object({ name: z.string(), triangles: z.number(), texture_size: z.number() })),
    stages: z.array(z.object({ id: z.string(), title: z.string() })),
    limits: z.object({
      min_photos: z.number(),
      max_photos: z.number(),
      max_photo_bytes: z.number(),
      max_photo_pixels: z.number(),
    }),
  })
  .meta({ id: 'Capabilities' });

export type EngineResource = z.infer<typeof EngineResourceSchema>;
export type Capabilities = z.infer<typeof CapabilitiesSchema>;
