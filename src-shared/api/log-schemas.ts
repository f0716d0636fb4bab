import { z } from 'zod';

/** A part of a job's log. */
export const LogPageSchema = z
  .object({
    lines: z.array(z.string()).describe('One JSON object a line, as the run wrote them'),
    next_offset: z.number().int().describe('`offset` of the next page'),
  })
  .meta({ id: 'LogPage' });
