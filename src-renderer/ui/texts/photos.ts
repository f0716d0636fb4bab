import { photoCount, plural } from './words.js';

/** A remark on a photo: what it is called, what it means, what to do about it. */
interface FlagTexts {
  readonly title: string;
  readonly hint: string;
}

const DIFFERENCES: Readonly<Record<string, string>> = {
  camera: 'camera',
  lens: 'lens',
  'focal-length': 'zoom',
  size: 'picture size',
};

/** Texts of the Photos screen. */
export const photosTexts = {
  title: 'Photos',
  empty: 'Add the photos of your object',
  emptyHint: (min: number) => `At least ${min}, better 30 to 60, taken from all around.`,
  nothingHere: 'No photo is like that',
  nothingHereHint: 'Choose another group above, or all photos.',
  add: 'Add photos',
  addFolder: 'Add a folder',
  dropHere: 'Let go to add the photos',
  uploading: (open: number, total: number) => `Adding photos: ${total - open} of ${total}`,
  looking: (open: number) => `Looking at the photos: ${open} to go`,
  selected: (count: number) => `${photoCount(count)} selected`,
  clearSelection: 'Clear selection',
  leaveOut: 'Leave out',
  takeIn: 'Use again',
  leftOut: 'Left out',
  leftOutNotice: (count: number) => `${photoCount(count)} left out.`,
  takenIn: (count: number) => `${photoCount(count)} used again.`,
  remove: 'Delete',
  removed: (count: number) => `${photoCount(count)} deleted.`,
  size: 'Thumbnail size',
  count: (used: number, all: number) => (used === all ? photoCount(all) : `${used} of ${photoCount(all)} used`),
  grid: 'Photos of this capture',
  previous: 'Previous photo',
  next: 'Next photo',
  zoomIn: 'Zoom in',
  zoomOut: 'Zoom out',
  zoomFit: 'Fit to window',
  zoomFull: 'Full size (100 %)',
  percent: (scale: number) => `${Math.round(scale * 100)} %`,
  mask: 'Show the mask',
  facts: 'About this photo',
  factNames: {
    camera: 'Camera',
    lens: 'Lens',
    focal: 'Focal length',
    exposure: 'Exposure',
    taken: 'Taken',
    size: 'Size',
    file: 'File',
    sharpness: 'Sharpness',
    light: 'Light',
  },
  notKnown: 'Not known',
  sharpnessOf: (share: number) => `${Math.round(100 * share)} % of the usual photo here`,
  lightOf: (dark: number, bright: number, white: number) =>
    `${Math.round(dark / 2.55)} to ${Math.round(bright / 2.55)} %${white >= 0.01 ? `, ${Math.round(100 * white)} % pure white` : ''}`,
  noFlags: 'Nothing to remark on.',
  notUsed: 'Not used by the run',
  refused: 'Not taken',
  problems: (count: number) => `${photoCount(count)} could not be added`,
  duplicates: (count: number) =>
    `${plural(count, 'photo was', 'photos were')} there already and ${count === 1 ? 'is' : 'are'} kept once.`,
  tryAgain: 'Try these again',
  dismiss: 'Dismiss',
  /** Groups of photos to look at. */
  filter: 'Show',
  filters: {
    all: 'All',
    flagged: 'Flagged',
    blurred: 'Blurred',
    exposure: 'Too dark or bright',
    alike: 'Look alike',
    camera: 'Other camera',
    size: 'Small',
    unusable: 'Unreadable',
    'left-out': 'Left out',
  },
  leaveOutGroup: {
    blurred: 'Leave out all blurred',
    exposure: 'Leave out all of these',
    alike: 'Keep the sharpest of each',
    camera: 'Leave out all of these',
    size: 'Leave out all of these',
    unusable: 'Leave out all of these',
  },
  takeInAll: 'Use all again',
  flags: {
    PHOTO_BLURRED: {
      title: 'Blurred',
      hint: 'Much less sharp than the other photos. Leave it out, unless it is the only one of its side.',
    },
    PHOTO_TOO_DARK: {
      title: 'Too dark',
      hint: 'Much darker than the other photos: little can be seen. Take it again with more light, or leave it out.',
    },
    PHOTO_TOO_BRIGHT: {
      title: 'Too bright',
      hint: 'Nearly white: little can be seen. Take it again with less exposure, or leave it out.',
    },
    PHOTO_CLIPPED: {
      title: 'Burnt out',
      hint: 'Large parts are pure white and have lost their detail. Lower the exposure, or leave it out.',
    },
    PHOTO_NEAR_DUPLICATE: {
      title: 'Looks like another',
      hint: 'Photos from the same place add nothing but time. One of them is enough.',
    },
    PHOTO_OTHER_CAMERA: {
      title: 'Other camera',
      hint: 'Photos of one camera at one zoom work best. It can stay if it is sharp.',
    },
    PHOTO_TOO_SMALL: {
      title: 'Too small',
      hint: 'Shorter than 320 pixels on one side: it will not be used.',
    },
    PHOTO_UNREADABLE: {
      title: 'Cannot be read',
      hint: 'The file is damaged and will not be used. Copy it from the camera again.',
    },
  } as Readonly<Record<string, FlagTexts>>,
  alikeWith: (names: readonly string[]) =>
    `Looks like ${names.slice(0, 3).join(', ')}${names.length > 3 ? ` and ${names.length - 3} more` : ''}.`,
  differsIn: (differences: readonly string[]) =>
    `Another ${differences.map((name) => DIFFERENCES[name] ?? name).join(', ')} than most.`,
  small: { title: 'Small photo', hint: 'Photos of 1600 pixels and more give better models.' },
  smallAdvice: 'These photos are small. With 1600 pixels and more the model gets finer.',
  options: 'Model',
  start: 'Make the model',
  starting: 'Starting…',
  needMore: (count: number) => `${plural(count, 'more photo', 'more photos')} needed`,
  waitUpload: 'Adding photos…',
  fewAdvice: 'Models of fewer than 20 photos often have holes.',
  flaggedAdvice: (count: number) => `${plural(count, 'photo is', 'photos are')} flagged. Have a look before you start.`,
  locked: 'While a capture waits or runs its photos cannot be changed.',
  again: 'Make it again',
  againHint: 'Other settings use what is already computed where they can.',
} as const;
