import type { EngineResource } from '../../../src-shared/api/capability-schemas.js';
import type { ImagePull } from '../../../src-shared/api/pull-schemas.js';
import { formatBytes } from '../../../src-shared/pipeline/figures-as-text.js';
import { texts } from '../../ui/texts.js';

/** 0..1; undefined while nothing is known: some tell their layers, and then only the end. */
export const pullFraction = ({ progress }: ImagePull): number | undefined => (progress === 0 ? undefined : progress);

/** The mean of downloads that run, 0..1; undefined where none does. Engines that share an image count once. */
export function overallProgress(pulls: readonly (ImagePull | undefined)[]): number | undefined {
  const running = new Map(pulls.flatMap((pull) => (pull?.state === 'pulling' ? [[pull.image, pull.progress]] : [])));
  if (running.size === 0) return undefined;
  return [...running.values()].reduce((sum, progress) => sum + progress, 0) / running.size;
}

/** Where an engine is: its version and folder, or image and size. */
export function whereabouts(engine: EngineResource): string {
  const { version, place, folder, image, image_bytes: bytes } = engine;
  const where =
    place === 'built-in'
      ? texts.engines.builtIn
      : image !== null
        ? texts.engines.inImage(image, bytes === null ? '' : formatBytes(bytes))
        : folder !== null
          ? texts.engines.inFolder(folder)
          : '';
  const text = [version === null ? '' : texts.engines.version(version), where].filter((part) => part !== '').join(', ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}
