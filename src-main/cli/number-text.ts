import { z } from 'zod';

/** A whole text as a number: `12abc`, an empty text, `0x10` and `Infinity` are none. */
export const numberText = z
  .string()
  .trim()
  .regex(/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i, 'must be a number')
  .transform(Number);
