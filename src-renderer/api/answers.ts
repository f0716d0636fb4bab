import { z } from 'zod';

/** Answers whose schemas are the server's own: what the studio reads of them. */
export const HealthSchema = z.object({ status: z.literal('ok'), version: z.string() });

export { type Capabilities, CapabilitiesSchema } from '../../src-shared/api/capability-schemas.js';

export const ArtifactListSchema = z.object({
  artifacts: z.array(z.object({ name: z.string(), bytes: z.number(), media_type: z.string(), href: z.string() })),
});
export type Artifact = z.infer<typeof ArtifactListSchema>['artifacts'][number];

export const LogPageSchema = z.object({ lines: z.array(z.string()), next_offset: z.number() });

/** `preview` events: what is solved so far. Kinds that this version does not know are left out. */
export const PreviewSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('sparse'),
    cameras: z.array(z.object({ photoId: z.number(), center: z.array(z.number()), R: z.array(z.number()) })),
    points: z.array(z.number()),
  }),
  z.object({ kind: z.literal('depth-map'), photoId: z.number() }),
  z.object({ kind: z.literal('dense'), photoId: z.number().optional() }),
  z.object({ kind: z.literal('mesh') }),
]);
export type Preview = z.infer<typeof PreviewSchema>;
