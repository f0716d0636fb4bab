/**
 * The schema of the job database, one entry a version, applied in order and never changed once released. `PRAGMA
 * user_version` says how many have been applied.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE jobs (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    job_id TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL,
    priority INTEGER NOT NULL DEFAULT 0,
    client TEXT NOT NULL,
    queued_at INTEGER,
    claimed_at INTEGER,
    record TEXT NOT NULL,
    idempotency_key TEXT UNIQUE,
    idempotency_digest TEXT,
    updated_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX jobs_by_state ON jobs (state, sequence);
  CREATE INDEX jobs_by_client ON jobs (client, state, claimed_at);
  CREATE INDEX jobs_waiting ON jobs (client, priority, queued_at, sequence, job_id) WHERE state = 'queued';

  CREATE TABLE photos (
    job_id TEXT NOT NULL REFERENCES jobs (job_id) ON DELETE CASCADE,
    photo_id TEXT NOT NULL,
    position INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    record TEXT NOT NULL,
    PRIMARY KEY (job_id, photo_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX photos_by_content ON photos (job_id, sha256);

  CREATE TABLE events (
    event_id INTEGER PRIMARY KEY AUTOINCREMENT,
    job_id TEXT NOT NULL REFERENCES jobs (job_id) ON DELETE CASCADE,
    type TEXT NOT NULL,
    data TEXT NOT NULL,
    file TEXT
  ) STRICT;
  CREATE INDEX events_by_job ON events (job_id, event_id);

  CREATE TABLE webhook_deliveries (
    delivery_id TEXT PRIMARY KEY,
    job_id TEXT NOT NULL REFERENCES jobs (job_id) ON DELETE CASCADE,
    url TEXT NOT NULL,
    secret TEXT NOT NULL,
    body TEXT NOT NULL,
    attempt INTEGER NOT NULL DEFAULT 0,
    due_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX webhook_deliveries_due ON webhook_deliveries (due_at);
  `,
  `
  -- The place in the queue that a person has chosen; NULL where the turns decide.
  ALTER TABLE jobs ADD COLUMN place INTEGER;
  DROP INDEX jobs_waiting;
  CREATE INDEX jobs_waiting ON jobs (client, priority, queued_at, sequence, place, job_id) WHERE state = 'queued';

  CREATE TABLE service_state (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  `
  CREATE TABLE photo_inspections (
    job_id TEXT NOT NULL,
    photo_id TEXT NOT NULL,
    record TEXT NOT NULL,
    -- 576 little-endian floats; NULL where the photo cannot be used.
    thumbprint BLOB,
    PRIMARY KEY (job_id, photo_id),
    FOREIGN KEY (job_id, photo_id) REFERENCES photos (job_id, photo_id) ON DELETE CASCADE
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE refused_photos (
    job_id TEXT NOT NULL REFERENCES jobs (job_id) ON DELETE CASCADE,
    photo_id TEXT NOT NULL,
    name TEXT NOT NULL,
    code TEXT NOT NULL,
    message TEXT NOT NULL,
    hint TEXT NOT NULL,
    PRIMARY KEY (job_id, photo_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX refused_photos_by_name ON refused_photos (job_id, name);
  `,
];
