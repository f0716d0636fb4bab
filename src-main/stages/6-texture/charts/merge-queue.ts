/** A merge of two charts, valid while the sum of the charts' stamps is the one it was offered with. */
export interface Merge {
  readonly a: number;
  readonly b: number;
  readonly stamp: number;
}

/** A binary heap of merges, cheapest first; equal costs in the order of the numbers of their charts, so runs are repeatable. */
export class MergeQueue {
  #costs: Float64Array;
  #entries: Int32Array;
  #size = 0;

  /** @param capacity merges to make room for; it grows as needed */
  constructor(capacity: number) {
    this.#costs = new Float64Array(Math.max(capacity, 16));
    this.#entries = new Int32Array(this.#costs.length * 3);
  }

  push(cost: number, a: number, b: number, stamp: number): void {
    if (this.#size === this.#costs.length) this.#grow();
    const first = Math.min(a, b);
    const second = Math.max(a, b);
    let i = this.#size++;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!this.#isBefore(cost, first, second, parent)) break;
      this.#move(parent, i);
      i = parent;
    }
    this.#set(i, cost, first, second, stamp);
  }

  pop(): Merge | undefined {
    if (this.#size === 0) return undefined;
    const merge = { a: this.#entries[0]!, b: this.#entries[1]!, stamp: this.#entries[2]! };
    const last = --this.#size;
    const cost = this.#costs[last]!;
    const a = this.#entries[last * 3]!;
    const b = this.#entries[last * 3 + 1]!;
    const stamp = this.#entries[last * 3 + 2]!;
    let i = 0;
    for (let child = 1; child < last; child = 2 * i + 1) {
      if (child + 1 < last && this.#isEntryBefore(child + 1, child)) child++;
      if (this.#isBefore(cost, a, b, child)) break;
      this.#move(child, i);
      i = child;
    }
    this.#set(i, cost, a, b, stamp);
    return merge;
  }

  #isEntryBefore(i: number, j: number): boolean {
    return this.#isBefore(this.#costs[i]!, this.#entries[i * 3]!, this.#entries[i * 3 + 1]!, j);
  }

  #isBefore(cost: number, a: number, b: number, j: number): boolean {
    if (cost !== this.#costs[j]) return cost < this.#costs[j]!;
    if (a !== this.#entries[j * 3]) return a < this.#entries[j * 3]!;
    return b < this.#entries[j * 3 + 1]!;
  }

  #move(from: number, to: number): void {
    this.#costs[to] = this.#costs[from]!;
    this.#entries.copyWithin(to * 3, from * 3, from * 3 + 3);
  }

  #set(i: number, cost: number, a: number, b: number, stamp: number): void {
    this.#costs[i] = cost;
    this.#entries[i * 3] = a;
    this.#entries[i * 3 + 1] = b;
    this.#entries[i * 3 + 2] = stamp;
  }

  #grow(): void {
    const costs = new Float64Array(this.#costs.length * 2);
    costs.set(this.#costs);
    const entries = new Int32Array(this.#entries.length * 2);
    entries.set(this.#entries);
    this.#costs = costs;
    this.#entries = entries;
  }
}
