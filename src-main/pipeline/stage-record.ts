import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { PreviewEvent } from '../../src-shared/pipeline/preview-event.js';
import { Workspace } from '../workspace/workspace.js';
import { writeAtomic } from '../workspace/write-atomic.js';

/** Beside a stage's own files: which key they belong to, written before the stage starts. */
const KEY_FILE = 'stage-key.json';
/** What a finished stage leaves. */
const RECORD_FILE = 'stage.json';

const FilesSchema = z.record(z.string(), z.number());
const RecordSchema = z.object({
  key: z.string(),
  place: z.string(),
  seconds: z.number(),
  peakMemoryBytes: z.number(),
  files: FilesSchema,
  output: z.unknown(),
  preview: z.custom<PreviewEvent>((value) => typeof value === 'object' && value !== null && 'kind' in value).optional(),
});

/** A finished stage on disk. */
export interface StageRecord {
  readonly key: string;
  /** See `Sourced.place`. */
  readonly place: string;
  readonly seconds: number;
  readonly peakMemoryBytes: number;
  readonly output: unknown;
  /** What the stage showed last; its file by a path relative to the stage's folder. */
  readonly preview?: PreviewEvent | undefined;
}

/**
 * Makes a stage's folder fit for a key: what belongs to another key is wiped, what an interrupted run with this key left is
 * kept, so that the stage goes on at the first item that is missing.
 *
 * @returns whether the stage begins anew
 */
export async function prepareStageFolder(folder: string, key: string): Promise<boolean> {
  const found = await readJson(join(folder, KEY_FILE));
  if (z.object({ key: z.literal(key) }).safeParse(found).success) {
    await Workspace.removeTemporaryFiles(folder);
    return false;
  }
  await rm(folder, { recursive: true, force: true });
  await writeAtomic(join(folder, KEY_FILE), JSON.stringify({ key }));
  return true;
}

/**
 * The record of a finished stage with this key whose files are all there; `undefined` when it must run (again).
 *
 * @param key any when absent: for what is done with a run's results later
 */
export async function readStageRecord(folder: string, key?: string): Promise<StageRecord | undefined> {
  const parsed = RecordSchema.safeParse(await readJson(join(folder, RECORD_FILE)));
  if (!parsed.success || (key !== undefined && parsed.data.key !== key)) return undefined;
  const { files, ...record } = parsed.data;
  for (const [name, size] of Object.entries(files)) {
    const found = await stat(join(folder, name)).catch(() => undefined);
    if (found?.size !== size) return undefined;
  }
  return { ...record, output: revive(record.output) };
}

/** Writes the record of a stage that has finished. @returns the record as a later run will read it */
export async function writeStageRecord(folder: string, record: StageRecord): Promise<StageRecord> {
  const files = await listFiles(folder);
  const json = JSON.stringify({ ...record, files }, encodeTypedArray);
  await writeAtomic(join(folder, RECORD_FILE), json);
  // The output goes on in the form it has after reading, so that a resumed run sees exactly what a whole run sees.
  return { ...record, output: revive((JSON.parse(json) as { output: unknown }).output) };
}

async function listFiles(folder: string): Promise<Record<string, number>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files: Record<string, number> = {};
  for (const entry of entries) {
    const path = join(entry.parentPath ?? entry.path, entry.name);
    const name = path.slice(folder.length + 1);
    if (entry.isFile() && name !== RECORD_FILE && !name.endsWith('.tmp')) files[name] = (await stat(path)).size;
  }
  return files;
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as unknown;
  } catch {
    return undefined; // Not there, or damaged: the same as not done.
  }
}

const TYPED_ARRAYS = { Float64Array, Float32Array, Uint8Array, Uint16Array, Uint32Array, Int32Array } as const;
const TypedArraySchema = z.strictObject({
  $array: z.enum(Object.keys(TYPED_ARRAYS) as (keyof typeof TYPED_ARRAYS)[]),
  values: z.array(z.number()),
});

/** Small typed arrays (rotations, translations) may be part of an output; bulk data is in files. */
function encodeTypedArray(_: string, value: unknown): unknown {
  if (!ArrayBuffer.isView(value)) return value;
  return { $array: value.constructor.name, values: [...(value as Float64Array)] };
}

function revive(value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(revive);
  if ('$array' in value) {
    const { $array, values } = TypedArraySchema.parse(value);
    return TYPED_ARRAYS[$array].from(values);
  }
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, revive(item)]));
}
