import { createHash } from 'node:crypto';

/**
 * A value together with the key of where it came from. What a stage is given is what its result is keyed by, so that nothing
 * that matters can be forgotten in the key.
 */
export interface Sourced<Value> {
  readonly value: Value;
  /** Hex SHA-256 that stands for the content of the value. */
  readonly key: string;
  /**
   * Set where the value also says where things are (absolute paths): a stage that gets other places but the same content runs
   * again, quickly as its items are there, but keeps its key, so that nothing after it is computed anew.
   */
  readonly place?: string;
}

/** A stage's input, each property with its source. */
export type Sources<Input> = { readonly [Name in keyof Input]: Sourced<Input[Name]> };

/** A value given from outside: its content is its key. */
export function given<Value>(value: Value): Sourced<Value> {
  return { value, key: sha256(canonicalJson(value)) };
}

/** A value that names files outside the workspace. @param contentKey stands for the files' content, wherever they are */
export function located<Value>(value: Value, contentKey: string): Sourced<Value> {
  return { value, key: contentKey, place: sha256(canonicalJson(value)) };
}

/** The key of a stage's result. */
export function stageKey(parts: {
  readonly id: string;
  readonly revision: number;
  readonly options: unknown;
  readonly seed: number;
  readonly sources: Readonly<Record<string, Sourced<unknown> | undefined>>;
}): string {
  const { sources, ...rest } = parts;
  const keys = Object.entries(sources).map(([name, source]) => [name, source?.key] as const);
  return sha256(canonicalJson({ ...rest, sources: Object.fromEntries(keys) }));
}

/** The joint place of all sources, empty where none has one. */
export function placeOf(sources: Readonly<Record<string, Sourced<unknown> | undefined>>): string {
  return Object.keys(sources)
    .sort()
    .flatMap((name) => sources[name]?.place ?? [])
    .join(' ');
}

export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** JSON with sorted property names: equal values give equal text, in whatever order they were put together. */
export function canonicalJson(value: unknown): string {
  return (
    JSON.stringify(value, (_, item: unknown) =>
      item !== null && typeof item === 'object' && !Array.isArray(item)
        ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
        : item,
    ) ?? 'undefined'
  );
}
