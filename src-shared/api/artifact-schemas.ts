import { z } from 'zod';

/** The files that a job offers. */
export const ArtifactListSchema = z
  .object({
    artifacts: z.array(
      z.object({
        name: z.string(),
        bytes: z.number().int(),
        media_type: z.string(),
        sha256: z.string().describe('Of the content, hex'),
        href: z.string(),
      }),
    ),
  })
  .meta({ id: 'ArtifactList' });

export type ArtifactList = z.infer<typeof ArtifactListSchema>;
