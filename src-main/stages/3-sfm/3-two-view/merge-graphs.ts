import { REJECTIONS, type VerifyPairsOutput } from './verify-pairs-task.js';

/** Joins the graphs of batches, in their order. */
export function mergeGraphs(batches: readonly VerifyPairsOutput[]): {
  readonly graph: Omit<VerifyPairsOutput, 'counts'>;
  readonly counts: Uint32Array;
} {
  const offsets = [0];
  const counts = new Uint32Array(batches[0]?.counts.length ?? REJECTIONS.length + 1);
  let matches = 0;
  for (const batch of batches) {
    for (let i = 1; i < batch.offsets.length; i++) offsets.push(matches + batch.offsets[i]!);
    matches += batch.matches.length / 2;
    for (let i = 0; i < counts.length; i++) counts[i]! += batch.counts[i]!;
  }
  const graph = {
    pairs: joined(Uint32Array, batches, ({ pairs }) => pairs),
    offsets: Uint32Array.from(offsets),
    matches: joined(Uint32Array, batches, ({ matches }) => matches),
    kinds: joined(Uint8Array, batches, ({ kinds }) => kinds),
    cam2FromCam1: joined(Float64Array, batches, ({ cam2FromCam1 }) => cam2FromCam1),
    medianAnglesDeg: joined(Float32Array, batches, ({ medianAnglesDeg }) => medianAnglesDeg),
    homographyRatios: joined(Float32Array, batches, ({ homographyRatios }) => homographyRatios),
  };
  return { graph, counts };
}

type NumberArray = Uint8Array | Uint32Array | Float32Array | Float64Array;

function joined<Array extends NumberArray>(
  ArrayClass: new (length: number) => Array,
  batches: readonly VerifyPairsOutput[],
  part: (batch: VerifyPairsOutput) => Array,
): Array {
  const parts = batches.map(part);
  const whole = new ArrayClass(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const values of parts) {
    whole.set(values, at);
    at += values.length;
  }
  return whole;
}
