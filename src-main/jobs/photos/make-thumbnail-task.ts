import { type MakeThumbnailInput, makeThumbnail } from './make-thumbnail.js';

/** {@link makeThumbnail} on a worker. */
export const run = (input: MakeThumbnailInput): Promise<void> => makeThumbnail(input);
