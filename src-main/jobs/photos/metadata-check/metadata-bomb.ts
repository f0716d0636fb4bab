import { StudioError } from '../../../../src-shared/errors/studio-error.js';

/** Metadata of one photo: more than any camera or program writes (colour profiles and depth maps in XMP take a few MiB). */
export const MAX_METADATA_BYTES = 16 * 1024 ** 2;
/** Segments or chunks that are not the picture itself. */
export const MAX_METADATA_PARTS = 1024;

export const metadataBomb = (reason: string): StudioError =>
  new StudioError('PHOTO_METADATA_REFUSED', { message: `The photo’s metadata cannot be accepted: ${reason}.` });
