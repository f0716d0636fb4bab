/** How far along a layer is in what docker prints where there is no terminal: it tells no bytes then. */
const LAYER_STEPS: readonly (readonly [RegExp, number])[] = [
  [/^Pulling fs layer|^Waiting/, 0],
  [/^Verifying Checksum/, 0.6],
  [/^Download complete/, 0.7],
  [/^Pull complete|^Already exists/, 1],
];

/** Reads the lines of `docker pull` and `podman pull`. */
export class PullProgress {
  readonly #layers = new Map<string, number>();
  #fraction = 0;

  /** @returns share of the image that is here, 0..1, never backwards: layers become known one by one */
  take(line: string): number {
    const docker = /^([0-9a-f]{12}): (.+)$/.exec(line);
    const podman = /^Copying (?:blob|config) (?:sha256:)?([0-9a-f]{8,}) (.*)$/.exec(line);
    const [, layer, step] = docker ?? podman ?? [];
    if (layer !== undefined && step !== undefined) {
      const share = docker ? LAYER_STEPS.find(([pattern]) => pattern.test(step))?.[1] : Number(/done/.test(step));
      if (share !== undefined) this.#layers.set(layer, Math.max(share, this.#layers.get(layer) ?? 0));
    }
    if (/^Status: /.test(line)) this.#fraction = 1;
    const shares = [...this.#layers.values()];
    const mean = shares.reduce((sum, share) => sum + share, 0) / Math.max(1, shares.length);
    this.#fraction = Math.max(this.#fraction, mean);
    return this.#fraction;
  }
}
