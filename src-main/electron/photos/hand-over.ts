import { isAbsolute } from 'node:path';
import { z } from 'zod';

const HandOverSchema = z.object({ paths: z.array(z.string().max(4096)).max(5000) });

/** What a second start of the application gives to the first before it ends. */
export type HandOver = z.infer<typeof HandOverSchema>;

/**
 * The paths that another start of the application has handed over. Anyone who can start programs can send this: it is checked
 * like any input, and only ever opened as photos.
 */
export function handedOver(data: unknown): readonly string[] {
  const parsed = HandOverSchema.safeParse(data);
  return parsed.success ? parsed.data.paths.filter((path) => isAbsolute(path)) : [];
}
