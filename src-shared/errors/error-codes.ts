import { defineErrorCodes } from './error-code-entry.js';
import { PHOTO_ERROR_CODES } from './photo-error-codes.js';
import { TOOL_ERROR_CODES } from './tool-error-codes.js';

/** Every code that Atlas reports. Codes are stable: a retired one stays listed. Sorted by the stage that reports them. */
export const ERROR_CODES = defineErrorCodes({
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
  ...PHOTO_ERROR_CODES,
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
  MASK_FEW_FEATURES: {
    message: 'What the masks show has too little texture to align the photos by it alone.',
    hint: 'What is around the object was used as well. For an object that is turned take more photos, closer together.',
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
  MODEL_NOT_OF_PHOTOS: {
    message: 'The sparse model is not of these photos.',
    hint: 'Names and sizes of its images must be those of the photos, upright as they are shown.',
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
  EXPORT_CROP_EMPTY: {
    message: 'The crop box leaves nothing of the model.',
    hint: 'Move the box over the model or make it larger. It is given in the frame of the model without edits.',
    httpStatus: 422,
    retryable: false,
  },
  // Other programs (adapters)
  ...TOOL_ERROR_CODES,
  // The service: jobs, API, webhooks
  JOB_NOT_FOUND: {
    message: 'There is no such job.',
    hint: 'It may have been deleted; list the jobs to see those that are there.',
    httpStatus: 404,
    retryable: false,
  },
  JOB_STATE_CONFLICT: {
    message: 'The job is not in a state that allows this.',
    hint: 'Read the job first: its status says what can be done.',
    httpStatus: 409,
    retryable: false,
  },
  JOB_EXPIRED: {
    message: 'The photos of the job were removed when their time to live had passed.',
    hint: 'Make a new job from the photos.',
    httpStatus: 410,
    retryable: false,
  },
  JOB_PROCESS_CRASHED: {
    message: 'The process that ran the job ended unexpectedly.',
    hint: 'Retry the job: it continues where it stopped. If it happens again, please report it with the log of the job.',
    httpStatus: 500,
    retryable: true,
  },
  ARTIFACT_NOT_READY: {
    message: 'The job has not made this file yet.',
    hint: 'Wait until the status of the job is completed.',
    httpStatus: 409,
    retryable: true,
  },
  ARTIFACT_EXPIRED: {
    message: 'The file was removed when its time to live had passed.',
    hint: 'Run the job again.',
    httpStatus: 410,
    retryable: false,
  },
  ARTIFACT_NOT_FOUND: {
    message: 'The job has no such file.',
    hint: 'List the artifacts of the job to see their names.',
    httpStatus: 404,
    retryable: false,
  },
  PHOTO_NOT_FOUND: {
    message: 'The job has no such photo.',
    hint: 'List the photos of the job to see their ids.',
    httpStatus: 404,
    retryable: false,
  },
  PHOTO_METADATA_REFUSED: {
    message: 'The photo’s metadata cannot be accepted.',
    hint: 'Save the photo anew with a picture program, without its metadata.',
    httpStatus: 422,
    retryable: false,
  },
  PHOTO_LIMIT_REACHED: {
    message: 'The job has as many photos as are allowed.',
    hint: 'Leave out photos that look alike.',
    httpStatus: 422,
    retryable: false,
  },
  SCANNER_UNAVAILABLE: {
    message: 'The file could not be checked for malware.',
    hint: 'Try again; ask the operator of the service to check the scanner.',
    httpStatus: 503,
    retryable: true,
  },
  UPLOAD_FAILED: {
    message: 'The upload broke off.',
    hint: 'Send it again; the resumable way continues where it stopped.',
    httpStatus: 400,
    retryable: true,
  },
  WEBHOOK_URL_REFUSED: {
    message: 'The webhook’s address cannot be used.',
    hint: 'Use an http or https address on the public internet; the operator may allow private ones.',
    httpStatus: 422,
    retryable: false,
  },
  API_NOT_FOUND: {
    message: 'There is nothing at this address.',
    hint: 'See /docs for the addresses of the API.',
    httpStatus: 404,
    retryable: false,
  },
  API_INVALID_REQUEST: {
    message: 'The request is not valid.',
    hint: 'See `errors` for each problem and /docs for what is expected.',
    httpStatus: 400,
    retryable: false,
  },
  API_UNSUPPORTED_MEDIA_TYPE: {
    message: 'The request has a content type that cannot be used here.',
    hint: 'See /docs for the content type that is expected.',
    httpStatus: 415,
    retryable: false,
  },
  API_BODY_TOO_LARGE: {
    message: 'The request is too large.',
    hint: 'Send photos as files, one by one.',
    httpStatus: 413,
    retryable: false,
  },
  API_UPGRADE_REQUIRED: {
    message: 'This address speaks WebSocket.',
    hint: 'Connect with a WebSocket client, or follow the job by its events.',
    httpStatus: 426,
    retryable: false,
  },
  API_HEADERS_TOO_LARGE: {
    message: 'The headers of the request are too large.',
    hint: 'Send fewer and shorter headers.',
    httpStatus: 431,
    retryable: false,
  },
  API_REQUEST_TIMEOUT: {
    message: 'The request did not arrive in time.',
    hint: 'Send it again; on a slow line use the resumable way.',
    httpStatus: 408,
    retryable: true,
  },
  MASK_NOT_FOUND: {
    message: 'The photo has no mask.',
    hint: 'Upload one, or run the job without masks.',
    httpStatus: 404,
    retryable: false,
  },
  API_UNAUTHORIZED: {
    message: 'The access token is missing or wrong.',
    hint: 'Send `Authorization: Bearer TOKEN`; `atlas serve` says where the token is kept.',
    httpStatus: 401,
    retryable: false,
  },
  API_HOST_REFUSED: {
    message: 'Requests for this host or from this web page are refused.',
    hint: 'Use the address that `atlas serve` prints, or allow the host or origin in the configuration.',
    httpStatus: 403,
    retryable: false,
  },
  API_RATE_LIMITED: {
    message: 'Too many requests.',
    hint: 'Wait as long as `Retry-After` says; use the events instead of polling.',
    httpStatus: 429,
    retryable: true,
  },
  API_RANGE_INVALID: {
    message: 'The range of bytes is not in the file.',
    hint: 'Ask without `Range` for the whole file.',
    httpStatus: 416,
    retryable: false,
  },
  API_IDEMPOTENCY_MISMATCH: {
    message: 'This Idempotency-Key was used for another request.',
    hint: 'Use a new key for each new job.',
    httpStatus: 422,
    retryable: false,
  },
  API_IDEMPOTENCY_IN_PROGRESS: {
    message: 'A request with this Idempotency-Key is still being handled.',
    hint: 'Wait a moment and send the same request again: it answers with the job.',
    httpStatus: 409,
    retryable: true,
  },
  ACCESS_TOKEN_CONFIGURED: {
    message: 'The access token is set by the operator of the service.',
    hint: 'Change ATLAS_API_KEY, or the `apiKey` of the configuration, and restart the service.',
    httpStatus: 409,
    retryable: false,
  },
  SETTING_FIXED: {
    message: 'The setting is set by the operator of the service.',
    hint: 'Change it in the configuration file, the environment or the flags, and restart the service.',
    httpStatus: 409,
    retryable: false,
  },
  SERVICE_STOPPING: {
    message: 'The service is stopping.',
    hint: 'Try again in a moment.',
    httpStatus: 503,
    retryable: true,
  },
  SERVICE_UNREACHABLE: {
    message: 'The service does not answer.',
    hint: 'Start it with `atlas serve`, or give its address with --url.',
    httpStatus: 503,
    retryable: true,
  },
  CONFIG_INVALID: {
    message: 'The configuration is not valid.',
    hint: '`atlas serve --help` lists the settings.',
    httpStatus: 500,
    retryable: false,
  },
});

export type ErrorCode = keyof typeof ERROR_CODES;
