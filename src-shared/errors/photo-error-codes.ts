import { defineErrorCodes } from './error-code-entry.js';

/** Photos that are refused, left out or remarked on (`src-main/jobs/photos`, `src-main/stages/1-import`). */
export const PHOTO_ERROR_CODES = defineErrorCodes({
  PHOTO_UNREADABLE: {
    message: 'The photo cannot be read.',
    hint: 'The file is damaged or not a photo. Copy it from the camera again.',
    httpStatus: 422,
    retryable: false,
  },
  PHOTO_EMPTY: {
    message: 'The file is empty.',
    hint: 'Copy it from the camera again.',
    httpStatus: 422,
    retryable: false,
  },
  PHOTO_TOO_LARGE: {
    message: 'The photo has more pixels than can be handled.',
    hint: 'Reduce it to below 200 megapixels.',
    httpStatus: 422,
    retryable: false,
  },
  PHOTO_TOO_SMALL: {
    message: 'The photo is too small.',
    hint: 'Use photos of at least 320 pixels on the shorter side; 1600 and more give better models.',
    httpStatus: 422,
    retryable: false,
  },
  PHOTO_DUPLICATE: {
    message: 'The photo is there twice.',
    hint: 'Nothing to do: the copy was left out.',
    httpStatus: 422,
    retryable: false,
  },
  PHOTO_NEAR_DUPLICATE: {
    message: 'Photos look nearly the same.',
    hint: 'Move the camera between photos: photos from the same place add nothing.',
    httpStatus: 422,
    retryable: false,
  },
  PHOTO_BLURRED: {
    message: 'The photo is much less sharp than the others.',
    hint: 'Hold the camera still, use more light or a shorter exposure.',
    httpStatus: 422,
    retryable: false,
  },
  PHOTO_TOO_DARK: {
    message: 'The photo is nearly black, or much darker than the others.',
    hint: 'Use more light, and lock the exposure so that all photos are alike.',
    httpStatus: 422,
    retryable: false,
  },
  PHOTO_TOO_BRIGHT: {
    message: 'The photo is nearly white.',
    hint: 'Lock the exposure and avoid shooting against the light.',
    httpStatus: 422,
    retryable: false,
  },
  PHOTO_CLIPPED: {
    message: 'Much more of the photo is burnt out to white than of the others.',
    hint: 'Lower the exposure: what is pure white has lost its detail.',
    httpStatus: 422,
    retryable: false,
  },
  PHOTO_OTHER_CAMERA: {
    message: 'The photo was taken with another camera, lens, zoom or size than most.',
    hint: 'Take all photos with one camera at one zoom, and use them as the camera wrote them.',
    httpStatus: 422,
    retryable: false,
  },
  /** Retired: PHOTO_TOO_DARK, PHOTO_TOO_BRIGHT and PHOTO_CLIPPED say more. */
  PHOTO_BADLY_EXPOSED: {
    message: 'Much of the photo is black or white.',
    hint: 'Lock the exposure and avoid shooting against the light.',
    httpStatus: 422,
    retryable: false,
  },
  PHOTO_FILE_TOO_LARGE: {
    message: 'The photo’s file is too large.',
    hint: 'Save it as JPEG, or ask the operator of the service to raise the limit.',
    httpStatus: 413,
    retryable: false,
  },
  PHOTO_INFECTED: {
    message: 'The malware scanner refused the file.',
    hint: 'Check the computer that the photo comes from.',
    httpStatus: 422,
    retryable: false,
  },
});
