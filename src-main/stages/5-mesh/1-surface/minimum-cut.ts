/**
 * Maximum flow and minimum s-t cut of a graph whose nodes have four arcs each (tetrahedra and their facets).
 *
 * Based on: Y. Boykov, V. Kolmogorov, An Experimental Comparison of Min-Cut/Max-Flow Algorithms for Energy Minimization in
 * Vision, PAMI 2004 (two search trees that are kept between augmentations; distance and timestamp heuristics of their section 3).
 *
 * All capacities are integers, so the result is exact and the same everywhere.
 */

const FREE = 0;
const SOURCE_TREE = 1;
const SINK_TREE = 2;

const NO_PARENT = -1;
const TERMINAL = -2;
const ORPHAN = -3;

/** How often the signal is looked at, in augmentations. */
const ABORT_CHECK_INTERVAL = 1 << 16;

export interface MinimumCut {
  readonly flow: number;
  /**
   * Uint8Array[n]: 1 where the node can still be reached from the source, 2 where the sink can still be reached from it, 0 where
   * neither holds (either side gives a minimum cut).
   */
  readonly sides: Uint8Array;
}

/**
 * @param twins Int32Array[n*4]: arc a belongs to node a >> 2 and leads to node twins[a] >> 2; twins[twins[a]] = a
 * @param capacities Int32Array[n*4], >= 0; consumed: holds the residual capacities afterwards
 * @param terminals Int32Array[n], capacity from the source (positive) or to the sink (negative); consumed
 * @param checkAbort called now and then; what it throws ends the computation
 */
export function minimumCut(
  twins: Int32Array,
  capacities: Int32Array,
  terminals: Int32Array,
  checkAbort: () => void = () => {},
): MinimumCut {
  const solver = new Solver(twins, capacities, terminals);
  const flow = solver.solve(checkAbort);
  return { flow, sides: solver.tree };
}

class Solver {
  readonly tree: Uint8Array;
  readonly #count: number;
  /** Per node: arc to the parent in its tree, or one of the codes above. */
  readonly #parent: Int32Array;
  /** Distance to the terminal, valid for the time stamp. */
  readonly #distance: Int32Array;
  readonly #stamp: Int32Array;
  #time = 0;
  /** Ring of nodes whose neighbours are still to be looked at; a node is in it at most once. */
  readonly #queue: Int32Array;
  readonly #isQueued: Uint8Array;
  #head = 0;
  #queued = 0;
  readonly #orphans: number[] = [];

  constructor(
    private readonly twins: Int32Array,
    private readonly capacities: Int32Array,
    private readonly terminals: Int32Array,
  ) {
    const count = terminals.length;
    this.#count = count;
    this.tree = new Uint8Array(count);
    this.#parent = new Int32Array(count).fill(NO_PARENT);
    this.#distance = new Int32Array(count);
    this.#stamp = new Int32Array(count);
    this.#queue = new Int32Array(count);
    this.#isQueued = new Uint8Array(count);
  }

  solve(checkAbort: () => void): number {
    for (let node = 0; node < this.#count; node++) {
      const terminal = this.terminals[node]!;
      if (terminal === 0) continue;
      this.tree[node] = terminal > 0 ? SOURCE_TREE : SINK_TREE;
      this.#parent[node] = TERMINAL;
      this.#distance[node] = 1;
      this.#activate(node);
    }
    let flow = 0;
    let augmentations = 0;
    while (this.#queued > 0) {
      const node = this.#queue[this.#head]!;
      let arc = -1;
      if (this.tree[node] !== FREE)
        arc = this.tree[node] === SOURCE_TREE ? this.#growSource(node) : this.#growSink(node);
      if (arc === -1) {
        this.#head = this.#head + 1 === this.#count ? 0 : this.#head + 1;
        this.#queued--;
        this.#isQueued[node] = 0;
        continue;
      }
      this.#time++;
      flow += this.#augment(arc);
      this.#adopt();
      if (++augmentations % ABORT_CHECK_INTERVAL === 0) checkAbort();
    }
    return flow;
  }

  #activate(node: number): void {
    if (this.#isQueued[node]) return;
    this.#isQueued[node] = 1;
    let tail = this.#head + this.#queued++;
    if (tail >= this.#count) tail -= this.#count;
    this.#queue[tail] = node;
  }

  /** @returns an arc with capacity from the source tree to the sink tree, or -1 */
  #growSource(node: number): number {
    const { twins, capacities, tree } = this;
    for (let arc = 4 * node; arc < 4 * node + 4; arc++) {
      if (capacities[arc] === 0) continue;
      const twin = twins[arc]!;
      const other = twin >> 2;
      const side = tree[other];
      if (side === SINK_TREE) return arc;
      if (side === FREE) this.#join(other, twin, node, SOURCE_TREE);
      else this.#shorten(other, twin, node);
    }
    return -1;
  }

  #growSink(node: number): number {
    const { twins, capacities, tree } = this;
    for (let arc = 4 * node; arc < 4 * node + 4; arc++) {
      const twin = twins[arc]!;
      if (capacities[twin] === 0) continue;
      const other = twin >> 2;
      const side = tree[other];
      if (side === SOURCE_TREE) return twin;
      if (side === FREE) this.#join(other, twin, node, SINK_TREE);
      else this.#shorten(other, twin, node);
    }
    return -1;
  }

  #join(node: number, arcToParent: number, parent: number, side: number): void {
    this.tree[node] = side;
    this.#parent[node] = arcToParent;
    this.#stamp[node] = this.#stamp[parent]!;
    this.#distance[node] = this.#distance[parent]! + 1;
    this.#activate(node);
  }

  /** Makes `parent` the parent of a node of its own tree where that is known to be nearer to the terminal. */
  #shorten(node: number, arcToParent: number, parent: number): void {
    if (this.#stamp[node]! > this.#stamp[parent]! || this.#distance[node]! <= this.#distance[parent]!) return;
    this.#parent[node] = arcToParent;
    this.#stamp[node] = this.#stamp[parent]!;
    this.#distance[node] = this.#distance[parent]! + 1;
  }

  /** Pushes the bottleneck along the path through the arc. @returns the flow pushed */
  #augment(arc: number): number {
    const { twins, capacities, terminals } = this;
    const parents = this.#parent;
    let bottleneck = capacities[arc]!;
    let node = arc >> 2;
    for (let up = parents[node]!; up !== TERMINAL; up = parents[node]!) {
      const down = twins[up]!;
      if (capacities[down]! < bottleneck) bottleneck = capacities[down]!;
      node = down >> 2;
    }
    if (terminals[node]! < bottleneck) bottleneck = terminals[node]!;
    node = twins[arc]! >> 2;
    for (let up = parents[node]!; up !== TERMINAL; up = parents[node]!) {
      if (capacities[up]! < bottleneck) bottleneck = capacities[up]!;
      node = twins[up]! >> 2;
    }
    if (-terminals[node]! < bottleneck) bottleneck = -terminals[node]!;

    capacities[arc]! -= bottleneck;
    capacities[twins[arc]!]! += bottleneck;
    node = arc >> 2;
    for (let up = parents[node]!; up !== TERMINAL; up = parents[node]!) {
      const down = twins[up]!;
      capacities[up]! += bottleneck;
      capacities[down]! -= bottleneck;
      if (capacities[down] === 0) this.#orphan(node);
      node = down >> 2;
    }
    terminals[node]! -= bottleneck;
    if (terminals[node] === 0) this.#orphan(node);
    node = twins[arc]! >> 2;
    for (let up = parents[node]!; up !== TERMINAL; up = parents[node]!) {
      const down = twins[up]!;
      capacities[down]! += bottleneck;
      capacities[up]! -= bottleneck;
      if (capacities[up] === 0) this.#orphan(node);
      node = down >> 2;
    }
    terminals[node]! += bottleneck;
    if (terminals[node] === 0) this.#orphan(node);
    return bottleneck;
  }

  #orphan(node: number): void {
    this.#parent[node] = ORPHAN;
    this.#orphans.push(node);
  }

  /** Finds new parents for nodes that lost theirs, or frees them and orphans their children. */
  #adopt(): void {
    const orphans = this.#orphans;
    for (let next = 0; next < orphans.length; next++) {
      const node = orphans[next]!;
      const side = this.tree[node]!;
      const { arc, distance } = this.#nearestParent(node, side);
      this.#parent[node] = arc;
      if (arc !== NO_PARENT) {
        this.#stamp[node] = this.#time;
        this.#distance[node] = distance + 1;
      } else this.#free(node, side);
    }
    orphans.length = 0;
  }

  readonly #found = { arc: NO_PARENT, distance: 0 };

  #nearestParent(node: number, side: number): { arc: number; distance: number } {
    const { twins, capacities, tree } = this;
    const found = this.#found;
    found.arc = NO_PARENT;
    found.distance = 0x7fffffff;
    for (let arc = 4 * node; arc < 4 * node + 4; arc++) {
      const twin = twins[arc]!;
      if (capacities[side === SOURCE_TREE ? twin : arc] === 0) continue;
      const other = twin >> 2;
      if (tree[other] !== side || this.#parent[other] === NO_PARENT) continue;
      const distance = this.#distanceToTerminal(other);
      if (distance < found.distance) {
        found.arc = arc;
        found.distance = distance;
      }
    }
    return found;
  }

  /** Follows the parents; what it learns is stamped on the way. @returns 0x7fffffff where an orphan is above */
  #distanceToTerminal(node: number): number {
    const { twins } = this;
    const parents = this.#parent;
    const stamps = this.#stamp;
    const distances = this.#distance;
    const time = this.#time;
    let steps = 0;
    let at = node;
    for (;;) {
      if (stamps[at] === time) {
        steps += distances[at]!;
        break;
      }
      const up = parents[at]!;
      steps++;
      if (up === TERMINAL) {
        stamps[at] = time;
        distances[at] = 1;
        break;
      }
      if (up === ORPHAN || up === NO_PARENT) return 0x7fffffff;
      at = twins[up]! >> 2;
    }
    const total = steps;
    for (at = node; stamps[at] !== time; at = twins[parents[at]!]! >> 2) {
      stamps[at] = time;
      distances[at] = steps--;
    }
    return total;
  }

  #free(node: number, side: number): void {
    const { twins, capacities, tree } = this;
    for (let arc = 4 * node; arc < 4 * node + 4; arc++) {
      const twin = twins[arc]!;
      const other = twin >> 2;
      if (tree[other] !== side) continue;
      if (capacities[side === SOURCE_TREE ? twin : arc] !== 0) this.#activate(other);
      if (this.#parent[other] === twin) this.#orphan(other);
    }
    tree[node] = FREE;
  }
}
