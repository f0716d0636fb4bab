import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { StudioError } from '../../../src-shared/errors/studio-error.js';
import type { OpenedPhotos } from '../../../src-shared/ipc/shell-bridge.js';
import { findPhotos } from './find-photos.js';

/**
 * Photos that the person has opened. The page gets names and ids; it can read what was opened and nothing else of the disk.
 */
export class OpenedPhotoShelf {
  readonly #paths = new Map<string, string>();
  readonly #waiting: OpenedPhotos[] = [];
  #onWaiting: () => void = () => {};

  /** Called when there is something to {@link take}. */
  set onWaiting(listener: () => void) {
    this.#onWaiting = listener;
  }

  /** Finds the photos among the paths and lets them be read. @param paths absolute */
  async open(paths: readonly string[]): Promise<OpenedPhotos> {
    const { photos, skipped, folder } = await findPhotos(paths);
    return {
      skipped,
      ...(folder === undefined ? {} : { folder }),
      photos: photos.map(({ path, ...about }) => {
        const id = randomUUID();
        this.#paths.set(id, path);
        return { id, ...about };
      }),
    };
  }

  /** As {@link open}, for a page that may not be there yet: it is told, and takes them when it is ready. */
  async openLater(paths: readonly string[]): Promise<void> {
    if (paths.length === 0) return;
    this.#waiting.push(await this.open(paths));
    this.#onWaiting();
  }

  take(): readonly OpenedPhotos[] {
    return this.#waiting.splice(0);
  }

  /** @throws INPUT_NOT_FOUND for what was not opened, or is gone */
  async read(id: string): Promise<Uint8Array<ArrayBuffer>> {
    const path = this.#paths.get(id);
    if (path === undefined) throw new StudioError('INPUT_NOT_FOUND');
    try {
      return new Uint8Array(await readFile(path));
    } catch (cause) {
      throw new StudioError('INPUT_NOT_FOUND', { cause });
    }
  }
}
