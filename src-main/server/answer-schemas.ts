import { z } from 'zod';

/** An answer without a body. */
export const NO_CONTENT = z.null().describe('Done');

/** Bytes as they are: what OpenAPI describes, not what is serialised. */
export const binaryAnswer = (description: string, mediaType: string) => ({
  description,
  content: { [mediaType]: { schema: z.unknown().meta({ type: 'string', contentMediaType: mediaType }) } },
});
