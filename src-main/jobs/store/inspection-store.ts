import { z } from 'zod';
import type { UnusablePhoto, UsablePhoto } from '../../stages/1-import/inspect-photo.js';
import type { JobDatabase } from './open-database.js';

/** What was seen of one photo, without what is only for comparing. */
export type StoredInspection =
  | UnusablePhoto
  | (Omit<UsablePhoto, 'thumbprint'> & { readonly alike: readonly string[] });

const InspectionSchema: z.ZodType<StoredInspection> = z.discriminatedUnion('usable', [
  z.object({
    usable: z.literal(false),
    code: z.custom<UnusablePhoto['code']>((code) => typeof code === 'string'),
    reason: z.string(),
  }),
  z.object({
    ...{ usable: z.literal(true), sha256: z.string(), width: z.number(), height: z.number(), converted: z.boolean() },
    exif: z.looseObject({ orientation: z.number() }),
    sharpness: z.number(),
    exposure: z.object({ percentile5: z.number(), percentile95: z.number(), clippedShare: z.number() }),
    /** Ids of photos that look the same. Said by the one of two that was looked at later. */
    alike: z.array(z.string()),
  }),
]);

interface Row {
  readonly photo_id: string;
  readonly record: string;
}

/** What the service has seen of the photos. */
export class InspectionStore {
  readonly #database: JobDatabase;

  constructor(database: JobDatabase) {
    this.#database = database;
  }

  /** A photo that has been removed meanwhile is passed over. @param thumbprint of a usable photo */
  add(jobId: string, photoId: string, inspection: StoredInspection, thumbprint?: Float32Array): void {
    this.#database
      .prepare(
        `INSERT OR REPLACE INTO photo_inspections (job_id, photo_id, record, thumbprint)
         SELECT job_id, photo_id, ?3, ?4 FROM photos WHERE job_id = ?1 AND photo_id = ?2`,
      )
      .run(jobId, photoId, JSON.stringify(inspection), thumbprint ? Buffer.from(thumbprint.buffer) : null);
  }

  list(jobId: string): ReadonlyMap<string, StoredInspection> {
    const rows = this.#database
      .prepare('SELECT photo_id, record FROM photo_inspections WHERE job_id = ?')
      .all(jobId) as readonly Row[];
    return new Map(rows.map(({ photo_id, record }) => [photo_id, InspectionSchema.parse(JSON.parse(record))]));
  }

  thumbprints(jobId: string): Map<string, Float32Array> {
    const rows = this.#database
      .prepare('SELECT photo_id, thumbprint FROM photo_inspections WHERE job_id = ? AND thumbprint IS NOT NULL')
      .all(jobId) as readonly { readonly photo_id: string; readonly thumbprint: Buffer }[];
    // A copy: a Buffer need not begin where floats may.
    return new Map(
      rows.map(({ photo_id, thumbprint }) => [photo_id, new Float32Array(new Uint8Array(thumbprint).buffer)]),
    );
  }

  /** Ids of the photos that nobody has looked at. */
  missing(jobId: string): readonly string[] {
    const rows = this.#database
      .prepare(
        `SELECT photo_id FROM photos LEFT JOIN photo_inspections USING (job_id, photo_id)
         WHERE job_id = ? AND photo_inspections.record IS NULL ORDER BY position`,
      )
      .all(jobId) as readonly { readonly photo_id: string }[];
    return rows.map(({ photo_id }) => photo_id);
  }
}
