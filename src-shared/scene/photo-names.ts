/** Endings of the names of photos that Atlas reads. */
const PHOTO_NAME = /\.(jpe?g|jpe|jfif|png|webp|tiff?|heic|heif|hif|avif)$/i;

/** Whether a file's name is that of a photo. What the file really is, is decided by its bytes. */
export const isPhotoName = (name: string): boolean => PHOTO_NAME.test(name);
