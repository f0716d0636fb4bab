const SAMPLE_INTERVAL_MS = 100;

/**
 * Peak resident memory of this process (all work is on threads of it). Sampled, because the system's own peak counts from the
 * start of the process; but where that counter rises, it has seen more than the samples, also while this thread was busy.
 */
export class MemoryMeter {
  #peak = 0;
  #systemPeakAtStart = 0;
  readonly #timer: NodeJS.Timeout;

  constructor() {
    this.restart();
    this.#timer = setInterval(() => this.#sample(), SAMPLE_INTERVAL_MS);
    this.#timer.unref();
  }

  /** Starts a new peak. */
  restart(): void {
    this.#peak = 0;
    this.#systemPeakAtStart = systemPeakBytes();
    this.#sample();
  }

  /** Bytes, since the last restart. */
  get peakBytes(): number {
    this.#sample();
    const systemPeak = systemPeakBytes();
    return systemPeak > this.#systemPeakAtStart ? Math.max(systemPeak, this.#peak) : this.#peak;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #sample(): void {
    this.#peak = Math.max(this.#peak, process.memoryUsage.rss());
  }
}

/** Since the start of the process; `maxRSS` is in kilobytes. */
const systemPeakBytes = () => process.resourceUsage().maxRSS * 1024;
