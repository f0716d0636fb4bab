import { describe, expect, it } from 'vitest';
import { Random } from '#main/geometry/random.js';
import { minimumCut } from '#main/stages/5-mesh/1-surface/minimum-cut.js';

interface Graph {
  readonly twins: Int32Array;
  readonly capacities: Int32Array;
  readonly terminals: Int32Array;
}

/** Four arcs a node, paired at random. */
function randomGraph(seed: number, nodes: number): Graph {
  const random = new Random(seed);
  const arcs = Array.from({ length: 4 * nodes }, (_, arc) => arc);
  for (let i = arcs.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [arcs[i], arcs[j]] = [arcs[j]!, arcs[i]!];
  }
  const twins = new Int32Array(arcs.length);
  for (let i = 0; i < arcs.length; i += 2) {
    twins[arcs[i]!] = arcs[i + 1]!;
    twins[arcs[i + 1]!] = arcs[i]!;
  }
  return {
    twins,
    capacities: Int32Array.from(arcs, () => (random.below(3) === 0 ? 0 : random.below(50))),
    terminals: Int32Array.from({ length: nodes }, () => (random.below(3) === 0 ? random.below(121) - 60 : 0)),
  };
}

/** Edmonds and Karp 1972: shortest augmenting paths, on a dense matrix. */
function referenceFlow({ twins, capacities, terminals }: Graph): number {
  const count = terminals.length + 2;
  const [source, sink] = [count - 2, count - 1];
  const C = new Float64Array(count * count);
  capacities.forEach((capacity, arc) => {
    C[(arc >> 2) * count + (twins[arc]! >> 2)]! += capacity;
  });
  terminals.forEach((terminal, node) => {
    if (terminal > 0) C[source * count + node]! += terminal;
    else C[node * count + sink]! -= terminal;
  });
  let flow = 0;
  for (;;) {
    const parent = new Int32Array(count).fill(-1);
    parent[source] = source;
    const queue = [source];
    for (const node of queue) {
      for (let next = 0; next < count; next++) {
        if (parent[next] === -1 && C[node * count + next]! > 0) {
          parent[next] = node;
          queue.push(next);
        }
      }
    }
    if (parent[sink] === -1) return flow;
    let bottleneck = Infinity;
    for (let at = sink; at !== source; at = parent[at]!)
      bottleneck = Math.min(bottleneck, C[parent[at]! * count + at]!);
    for (let at = sink; at !== source; at = parent[at]!) {
      C[parent[at]! * count + at]! -= bottleneck;
      C[at * count + parent[at]!]! += bottleneck;
    }
    flow += bottleneck;
  }
}

/** Cost of the cut that the sides give; nodes of neither side are put on the chosen one. */
function cutCost({ twins, capacities, terminals }: Graph, sides: Uint8Array, neither: number): number {
  const side = (node: number) => sides[node] || neither;
  let cost = 0;
  capacities.forEach((capacity, arc) => {
    if (side(arc >> 2) === 1 && side(twins[arc]! >> 2) === 2) cost += capacity;
  });
  terminals.forEach((terminal, node) => {
    if (terminal > 0 && side(node) === 2) cost += terminal;
    if (terminal < 0 && side(node) === 1) cost -= terminal;
  });
  return cost;
}

describe('minimumCut', () => {
  it.each(Array.from({ length: 60 }, (_, seed) => seed))(
    'finds the maximum flow and a cut of that cost (seed %i)',
    (seed) => {
      const graph = randomGraph(seed, 4 + 3 * seed);
      const original = { ...graph, capacities: graph.capacities.slice(), terminals: graph.terminals.slice() };
      const { flow, sides } = minimumCut(graph.twins, graph.capacities, graph.terminals);
      expect(flow).toBe(referenceFlow(original));
      expect(cutCost(original, sides, 1)).toBe(flow);
      expect(cutCost(original, sides, 2)).toBe(flow);
    },
  );

  it('returns no flow and no sides for a graph without terminals', () => {
    const { twins, capacities } = randomGraph(3, 10);
    const { flow, sides } = minimumCut(twins, capacities, new Int32Array(10));
    expect(flow).toBe(0);
    expect(sides.every((side) => side === 0)).toBe(true);
  });
});
