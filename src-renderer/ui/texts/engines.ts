import type { EngineName } from '../../../src-shared/pipeline/engines.js';

const RUNNERS = { docker: 'Docker', podman: 'Podman' } as const;
type Runner = keyof typeof RUNNERS;

/** Texts of engines: which are here, and how to get those that are not. */
export const enginesTexts = {
  runners: RUNNERS,
  title: 'Engines',
  intro:
    'Atlas makes models by itself. Programs of others can do some of the steps instead, where they are on this computer.',
  get: 'Get other engines',
  about: 'About these engines',
  /** What each is good for. */
  roles: {
    builtin: 'All steps, without anything else. The same photos give the same model.',
    colmap: 'Solves cameras; widely used, patient with difficult photos. Depth too, with an NVIDIA card.',
    openmvg: 'Solves cameras; its global way does all photos at once.',
    openmvs: 'Depth, surface and texture from solved cameras. Fine detail; takes its time.',
  } satisfies Record<EngineName, string>,
  ready: 'Ready',
  missing: 'Not on this computer',
  unusable: 'Cannot be used',
  version: (version: string) => (/^\d/.test(version) ? `Version ${version}` : ''),
  builtIn: 'part of Atlas',
  inFolder: (folder: string) => `in ${folder}`,
  inImage: (image: string, size: string) => `in the container image ${image}${size ? ` (${size})` : ''}`,
  download: 'Download image',
  downloadOf: (titles: string) => `Download image of ${titles}`,
  retryOf: (titles: string) => `Try again: download image of ${titles}`,
  sameImage: (title: string) => `It is in the same image as ${title}: one download brings both.`,
  /** @param titles the engines in it */
  downloads: (runner: Runner, image: string, titles: string) =>
    `${RUNNERS[runner]} downloads ${image}, with ${titles}: often some gigabytes. Once it is here it needs no network.`,
  downloading: (image: string) => `Downloading ${image}`,
  downloadingShort: (percent: string) => `Downloading an engine: ${percent}`,
  layers: (done: number, known: number) => (known === 0 ? 'Asking for it' : `${done} of ${known} layers are here`),
  stop: 'Stop',
  stopOf: (image: string) => `Stop downloading ${image}`,
  stopped: 'Stopped. What has come is kept.',
  noRunner: 'It can run in a container, once Docker or Podman is installed here:',
  notRunning: (runner: Runner) =>
    `It can run in a container, but ${RUNNERS[runner]} is not running here. Start it, then look again.`,
  lookAgain: 'Look again',
  installOf: (program: string) => `Install ${program}`,
  links: {
    docker: 'https://docs.docker.com/get-started/get-docker/',
    podman: 'https://podman.io/docs/installation',
  },
} as const;
