import { type MakeMaskInput, makeMask } from './make-mask.js';

/** {@link makeMask} on a worker. */
export const run = (input: MakeMaskInput): Promise<void> => makeMask(input);
