import { EventEmitter } from 'node:events';
import { type ImagePull, PULLABLE_ENGINES, type PullableEngine } from '../../src-shared/api/pull-schemas.js';
import { StudioError } from '../../src-shared/errors/studio-error.js';
import { findContainerEngine, requireEngine } from '../adapters/tools/container-engine.js';
import { pullImage } from '../adapters/tools/pull-image.js';
import type { PullState } from '../adapters/tools/pull-progress.js';
import type { ContainerEngine } from '../adapters/tools/tool-command.js';
import { TOOL_KITS } from '../adapters/tools/tool-kits.js';
import { imageOfKit, toolSettings } from '../adapters/tools/tool-place.js';
import type { Log } from '../logging/log.js';

interface ImagePullsSetup {
  readonly log: Log;
  /** Told when an image has come: more engines may be there now. */
  readonly onPulled: () => void;
  /** Told how each pull ended. */
  readonly onEnded: (image: string, outcome: PullOutcome) => void;
}

export type PullOutcome = 'completed' | 'failed' | 'cancelled';

/** A pull of an image, running or ended. */
interface Run {
  outcome: PullOutcome | undefined;
  progress: PullState;
  readonly startedAt: string;
  finishedAt: string | null;
  error: StudioError | undefined;
  readonly abort: AbortController;
  /** Never rejects. */
  ended: Promise<void>;
}

const NOTHING: PullState = { fraction: 0, layersDone: 0, layerCount: 0 };
const CHANGED = 'changed';

/**
 * Downloads of other engines' container images, each asked for by someone. An image is pulled once at a time, whoever asks and for
 * whichever engine. The last pull of each image is remembered as long as the service runs.
 */
export class ImagePulls {
  readonly #setup: ImagePullsSetup;
  readonly #runs = new Map<string, Run>();
  /** Those that are about to begin: who asks meanwhile waits for the same. */
  readonly #starting = new Map<string, Promise<void>>();
  readonly #emitter = new EventEmitter();
  #isClosed = false;

  constructor(setup: ImagePullsSetup) {
    this.#setup = setup;
    this.#emitter.setMaxListeners(0);
  }

  read(engine: PullableEngine): ImagePull {
    const image = imageOf(engine);
    const run = this.#runs.get(image);
    const { fraction, layersDone, layerCount } = run?.progress ?? NOTHING;
    return {
      ...{ engine, image, state: run ? (run.outcome ?? 'pulling') : 'none' },
      ...{ progress: fraction, layers_done: layersDone, layers_known: layerCount },
      ...{ started_at: run?.startedAt ?? null, finished_at: run?.finishedAt ?? null },
      error: run?.error?.toJSON() ?? null,
    };
  }

  readAll(): ImagePull[] {
    return PULLABLE_ENGINES.map((engine) => this.read(engine));
  }

  /**
   * Begins to download an engine's image, unless that goes on already.
   *
   * @throws CONTAINERS_NOT_FOUND, DOCKER_NOT_RUNNING; what goes wrong later is told by {@link read}
   */
  async start(engine: PullableEngine): Promise<ImagePull> {
    const image = imageOf(engine);
    const run = this.#runs.get(image);
    if (run === undefined || run.outcome !== undefined) {
      const starting = this.#starting.get(image) ?? this.#begin(image).finally(() => this.#starting.delete(image));
      this.#starting.set(image, starting);
      await starting;
    }
    return this.read(engine);
  }

  /** Ends a download, if there is one. Layers that have come stay: the next one goes on from them. */
  async cancel(engine: PullableEngine): Promise<ImagePull> {
    const run = this.#runs.get(imageOf(engine));
    run?.abort.abort(new StudioError('CANCELLED'));
    await run?.ended;
    return this.read(engine);
  }

  /** Ends all downloads. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.allSettled(this.#starting.values());
    await Promise.all(PULLABLE_ENGINES.map((engine) => this.cancel(engine)));
    this.#emitter.removeAllListeners();
  }

  /** @param listener told each change, for every engine of the image @returns a function that ends the subscription */
  subscribe(listener: (pull: ImagePull) => void): () => void {
    this.#emitter.on(CHANGED, listener);
    return () => this.#emitter.off(CHANGED, listener);
  }

  async #begin(image: string): Promise<void> {
    const engine = await findContainerEngine();
    if (engine === undefined) throw new StudioError('CONTAINERS_NOT_FOUND');
    await requireEngine(engine);
    if (this.#isClosed) throw new StudioError('CANCELLED');
    const run: Run = {
      ...{ outcome: undefined, progress: NOTHING, startedAt: new Date().toISOString(), finishedAt: null },
      ...{ error: undefined, abort: new AbortController(), ended: Promise.resolve() },
    };
    this.#runs.set(image, run);
    this.#setup.log.info('image-pull-started', { image, by: engine.kind });
    run.ended = this.#pull(engine, image, run);
    this.#announce(image);
  }

  async #pull(engine: ContainerEngine, image: string, run: Run): Promise<void> {
    const { log, onPulled, onEnded } = this.#setup;
    const begun = performance.now();
    const onProgress = (progress: PullState) => {
      run.progress = progress;
      this.#announce(image);
    };
    let outcome: PullOutcome;
    try {
      await pullImage(engine, image, { signal: run.abort.signal, onProgress });
      outcome = 'completed';
      run.progress = { ...run.progress, fraction: 1, layersDone: run.progress.layerCount };
      onPulled();
    } catch (error) {
      outcome = run.abort.signal.aborted ? 'cancelled' : 'failed';
      if (outcome === 'failed') {
        run.error = error instanceof StudioError ? error : new StudioError('INTERNAL', { cause: error });
      }
    }
    run.outcome = outcome;
    run.finishedAt = new Date().toISOString();
    const line = { image, outcome, ms: Math.round(performance.now() - begun) };
    if (run.error) log.warn('image-pull-ended', { ...line, code: run.error.code, ...run.error.details });
    else log.info('image-pull-ended', line);
    onEnded(image, outcome);
    this.#announce(image);
  }

  #announce(image: string): void {
    for (const engine of PULLABLE_ENGINES) {
      if (imageOf(engine) === image) this.#emitter.emit(CHANGED, this.read(engine));
    }
  }
}

/** What would be pulled: as the operator has set it, or the default. */
function imageOf(engine: PullableEngine): string {
  const kit = TOOL_KITS[engine];
  return imageOfKit(kit, toolSettings(kit, process.env)) ?? kit.defaultImage;
}
