/** Seconds from hidden to shown. */
const FADE_SECONDS = 0.7;

/** How much of something is to be seen, on its way to how much of it should be. */
export class Fading {
  amount = 0;
  target = 0;

  /** @param seconds since the last step; Infinity jumps to the end @returns whether it is still on its way */
  step(seconds: number): boolean {
    const change = seconds / FADE_SECONDS;
    const difference = this.target - this.amount;
    this.amount = Math.abs(difference) <= change ? this.target : this.amount + Math.sign(difference) * change;
    return this.amount !== this.target;
  }
}
