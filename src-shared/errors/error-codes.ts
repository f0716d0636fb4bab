interface ErrorCodeEntry {
  /** What happened, for people. */
  readonly message: string;
  /** What to do about it. */
  readonly hint: string;
  readonly httpStatus: number;
  /** Whether the same request may succeed later without a change. */
  readonly retryable: boolean;
}

const define = <Codes extends Record<string, ErrorCodeEntry>>(codes: Codes): Readonly<Codes> => codes;

/** Every code that Atlas reports. Codes are stable: a retired one stays listed. Sorted by the stage that reports them. */
export const ERROR_CODES = define({
  // Input and environment
  INPUT_NOT_FOUND: {
    message: 'The photos were not found.',
    hint: 'Check the path of the folder or files.',
    httpStatus: 400,
    retryable: false,
  },
  INPUT_NO_PHOTOS: {
    message: 'There are no photos in this folder.',
    hint: 'Give a folder with JPEG, PNG, WebP, TIFF or HEIC photos.',
    httpStatus: 400,
    retryable: false,
  },
  INPUT_TOO_FEW_PHOTOS: {
    message: 'Too few photos can be used.',
    hint: 'Take at least 12 photos around the object, each overlapping the next by 60 to 80 %.',
    httpStatus: 422,
    retryable: false,
  },
  INPUT_OPTION_INVALID: {
    message: 'An option has a value that cannot be used.',
    hint: 'See `atlas reconstruct --help` for the options and their ranges.',
    httpStatus: 400,
    retryable: false,
  },
  OUTPUT_NOT_WRITABLE: {
    message: 'The output folder cannot be written.',
    hint: 'Choose another folder, or change its permissions.',
    httpStatus: 500,
    retryable: false,
  },
  OUTPUT_IN_USE: {
    message: 'Another run is using this output folder.',
    hint: 'Wait for it to end or stop it, or choose another folder.',
    httpStatus: 409,
    retryable: true,
  },
  DISK_FULL: {
    message: 'There is no space left on the disk.',
    hint: 'Free some space, then run the same command again: it continues where it stopped.',
    httpStatus: 507,
    retryable: true,
  },
  OUT_OF_MEMORY: {
    message: 'The computer ran out of memory.',
    hint: 'Close other programs, use fewer threads (--threads 1) or a lower quality (--tier preview), then run it again.',
    httpStatus: 507,
    retryable: true,
  },
  CANCELLED: {
    message: 'The run was cancelled.',
    hint: 'Run the same command again to continue where it stopped.',
    httpStatus: 409,
    retryable: true,
  },
  WORKER_CRASHED: {
    message: 'A worker thread ended unexpectedly.',
    hint: 'Run the same command again: it continues where it stopped. If it happens again, please report it with the log.',
    httpStatus: 500,
    retryable: true,
  },
  INTERNAL: {
    message: 'Something went wrong inside Atlas.',
    hint: 'Please report it with the log of this run.',
    httpStatus: 500,
    retryable: false,
  },
  // Photos left out or remarked on (1-import)
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
  PHOTO_BADLY_EXPOSED: {
    message: 'Much of the photo is black or white.',
    hint: 'Lock the exposure and avoid shooting against the light.',
    httpStatus: 422,
    retryable: false,
  },
  MASK_UNREADABLE: {
    message: 'A mask cannot be used.',
    hint: 'Masks are PNG files named like their photo, white where the object is, of the same proportions as the photo.',
    httpStatus: 422,
    retryable: false,
  },
  MASK_MISSING: {
    message: 'Some photos have no mask.',
    hint: 'Give a mask for each photo: a photo without one counts as object everywhere.',
    httpStatus: 422,
    retryable: false,
  },
  CAMERA_NOT_APPLIED: {
    message: 'The given camera does not fit all photos.',
    hint: 'Reconstruct photos of one size when you give a camera.',
    httpStatus: 422,
    retryable: false,
  },
  // 3-sfm
  SFM_NO_FEATURES: {
    message: 'The photos show too little texture to be aligned.',
    hint: 'Put the object on a patterned ground such as newspaper, use even light and sharp photos.',
    httpStatus: 422,
    retryable: false,
  },
  PHOTO_FEW_FEATURES: {
    message: 'The photo shows hardly any texture.',
    hint: 'Photos with little texture may not be aligned: come closer, use even light, put patterned things around the object.',
    httpStatus: 422,
    retryable: false,
  },
  PHOTO_NO_MATCH: {
    message: 'The photo shows nothing that another photo shows.',
    hint: 'Take photos between this one and its neighbours, with 60 to 80 % overlap.',
    httpStatus: 422,
    retryable: false,
  },
  SFM_NO_OVERLAP: {
    message: 'No two photos show enough of the same things.',
    hint: 'Take photos all around the object, each overlapping the next by 60 to 80 %.',
    httpStatus: 422,
    retryable: false,
  },
  SFM_PURE_ROTATION: {
    message: 'The camera only turned and did not move.',
    hint: 'Walk around the object: depth can only be seen from different places.',
    httpStatus: 422,
    retryable: false,
  },
  SFM_IDENTICAL_PHOTOS: {
    message: 'All photos show the same view.',
    hint: 'Take photos from different places around the object.',
    httpStatus: 422,
    retryable: false,
  },
  SFM_NO_INITIAL_PAIR: {
    message: 'No pair of photos is a good start for the reconstruction.',
    hint: 'Take more photos with 60 to 80 % overlap, moving the camera between them.',
    httpStatus: 422,
    retryable: false,
  },
  SFM_TOO_FEW_REGISTERED: {
    message: 'Too few photos could be aligned.',
    hint: 'The photos show little texture or too little overlap: take more, closer together, of an object that does not shine.',
    httpStatus: 422,
    retryable: false,
  },
  PHOTO_NOT_REGISTERED: {
    message: 'The photo could not be aligned with the others.',
    hint: 'Take photos between this one and its neighbours, with 60 to 80 % overlap.',
    httpStatus: 422,
    retryable: false,
  },
  PHOTO_OTHER_SCENE: {
    message: 'The photo belongs to another group of photos that shows something else.',
    hint: 'Reconstruct the groups one by one, or add photos that join them.',
    httpStatus: 422,
    retryable: false,
  },
  MODEL_UNREADABLE: {
    message: 'The sparse model cannot be read.',
    hint: 'Give a folder with a COLMAP text model: cameras.txt, images.txt and points3D.txt.',
    httpStatus: 422,
    retryable: false,
  },
  // 4-mvs
  MVS_NO_DEPTH: {
    message: 'No depth could be computed from the aligned photos.',
    hint: 'The photos are too far apart or show too little texture: take more photos, closer together.',
    httpStatus: 422,
    retryable: false,
  },
  // 5-mesh
  MESH_EMPTY: {
    message: 'No surface could be made from the points.',
    hint: 'Take more photos from more sides; check that the masks show the object in white.',
    httpStatus: 422,
    retryable: false,
  },
  // 6-texture, 7-export
  TEXTURE_NO_VIEW: {
    message: 'No photo sees the surface.',
    hint: 'Check that the masks show the object in white.',
    httpStatus: 422,
    retryable: false,
  },
  EXPORT_INVALID: {
    message: 'The written model did not pass validation.',
    hint: 'Please report it with the log of this run.',
    httpStatus: 500,
    retryable: false,
  },
});

export type ErrorCode = keyof typeof ERROR_CODES;
