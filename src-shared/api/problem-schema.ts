import { z } from 'zod';

/** An error as every route answers it: RFC 9457 `application/problem+json` with a stable code and a hint. */
export const ProblemSchema = z
  .object({
    type: z.string().describe('URN of the code'),
    title: z.string().describe('What happened'),
    status: z.number().int(),
    code: z.string().describe('Stable code, see the error table'),
    hint: z.string().describe('What to do about it'),
    detail: z.string().optional(),
    retryable: z.boolean().describe('Whether the same request may succeed later'),
    details: z.record(z.string(), z.unknown()).optional(),
    errors: z
      .array(z.object({ path: z.string(), message: z.string() }))
      .optional()
      .describe('Each problem of an invalid request'),
  })
  .meta({ id: 'Problem' });

export type Problem = z.infer<typeof ProblemSchema>;
