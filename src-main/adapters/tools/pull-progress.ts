/** How far along a layer is in what docker prints where there is no terminal: it tells no bytes then. */
const LAYER_STEPS: readonly (readonly [RegExp, number])[] = [
  [/^Pulling fs layer|^Waiting/, 0],
  [/^Verifying Checksum/, 0.6],
  [/^Download complete/, 0.7],
  [/^Pull complete|^Already exists/, 1],
];

/** How much of an image is here. */
export interface PullState {
  /** Of the layers known so far, 0..1; never goes back. */
  readonly fraction: number;
  readonly layersDone: number;
  /** Layers become known one by one. */
  readonly layerCount: number;
}

/** Reads the lines of `docker pull` and `podman pull`. Without a terminal podman names its layers, and then only tells the end. */
export class PullProgress {
  readonly #layers = new Map<string, number>();
  #fraction = 0;

  take(line: string): PullState {
    const docker = /^([0-9a-f]{12}): (.+)$/.exec(line);
    const podman = /^Copying blob (?:sha256:)?([0-9a-f]{8,}) ?(.*)$/.exec(line);
    const [, layer, step] = docker ?? podman ?? [];
    if (layer !== undefined && step !== undefined) {
      const share = docker
        ? LAYER_STEPS.find(([pattern]) => pattern.test(step))?.[1]
        : Number(/done|exists/.test(step));
      if (share !== undefined) this.#layers.set(layer, Math.max(share, this.#layers.get(layer) ?? 0));
    }
    // The configuration comes when all layers are here.
    if (/^Status: |^Copying config /.test(line)) for (const name of this.#layers.keys()) this.#layers.set(name, 1);
    const shares = [...this.#layers.values()];
    const mean = shares.reduce((sum, share) => sum + share, 0) / Math.max(1, shares.length);
    this.#fraction = Math.max(this.#fraction, mean);
    return {
      fraction: this.#fraction,
      layersDone: shares.filter((share) => share === 1).length,
      layerCount: shares.length,
    };
  }
}
