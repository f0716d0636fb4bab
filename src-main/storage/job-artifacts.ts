import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import { z } from 'zod';
import { copyAtomic } from '../workspace/copy-atomic.js';
import { type UserFile, Workspace } from '../workspace/workspace.js';
import { writeAtomic } from '../workspace/write-atomic.js';
import type { ServiceFolders } from './service-folders.js';

/** The files that a finished job offers, by their name in the API. */
export const ARTIFACTS = {
  'model.glb': { suffix: 'glb', mediaType: 'model/gltf-binary' },
  'qa.json': { suffix: 'qa.json', mediaType: 'application/json' },
  'report.html': { suffix: 'report.html', mediaType: 'text/html; charset=utf-8' },
  'preview.png': { suffix: 'preview.png', mediaType: 'image/png' },
  'dense.ply': { suffix: 'dense.ply', mediaType: 'application/octet-stream' },
  'colmap.zip': { suffix: 'colmap.zip', mediaType: 'application/zip' },
} as const;

export type ArtifactName = keyof typeof ARTIFACTS;

export const ARTIFACT_NAMES = Object.keys(ARTIFACTS) as readonly ArtifactName[];

const REPORTS = { 'qa.json': 'quality', 'report.html': 'report' } as const;

const WHOLE_FILES = {
  ...REPORTS,
  'preview.png': 'preview',
  'dense.ply': 'dense',
  // Last: when the model is there, everything is.
  'model.glb': 'model',
} as const;

/**
 * Publishes what a run wrote. Each file appears whole; files that the run did not make are absent.
 *
 * @returns total size in bytes
 * @throws DISK_FULL, OUTPUT_NOT_WRITABLE
 */
export async function publishArtifacts(folders: ServiceFolders, jobId: string): Promise<number> {
  const sparse = new Workspace(folders.output(jobId)).path('sparse');
  const zip = folders.artifact(jobId, ARTIFACTS['colmap.zip'].suffix);
  await mkdir(folders.artifacts, { recursive: true });
  if (await exists(sparse)) await zipFolder(sparse, zip);
  else await rm(zip, { force: true });
  return publishFiles(folders, jobId, WHOLE_FILES);
}

/** Publishes what a run that failed can still tell, in place of all that an earlier one has left. As {@link publishArtifacts}. */
export async function publishReports(folders: ServiceFolders, jobId: string): Promise<number> {
  await removeArtifacts(folders, jobId);
  return publishFiles(folders, jobId, REPORTS);
}

async function publishFiles(
  folders: ServiceFolders,
  jobId: string,
  files: Readonly<Partial<Record<ArtifactName, UserFile>>>,
): Promise<number> {
  const output = new Workspace(folders.output(jobId));
  for (const [name, file] of Object.entries(files)) {
    const target = folders.artifact(jobId, ARTIFACTS[name as ArtifactName].suffix);
    if (await exists(output.path(file))) await copyAtomic(output.path(file), target);
    else await rm(target, { force: true });
  }
  await writeDigests(folders, jobId);
  return (await listArtifacts(folders, jobId)).reduce((sum, { bytes }) => sum + bytes, 0);
}

/** A published file. */
export interface PublishedArtifact {
  readonly name: ArtifactName;
  readonly path: string;
  readonly bytes: number;
  /** Hex SHA-256 of the content. */
  readonly sha256: string;
}

const DigestsSchema = z.record(z.string(), z.string());

/** Where the digests of a job's files are kept: computing them at each download would read each file twice. */
const DIGESTS_SUFFIX = 'digests.json';

/** The files of a job that are there. */
export async function listArtifacts(folders: ServiceFolders, jobId: string): Promise<readonly PublishedArtifact[]> {
  const digestFile = folders.artifact(jobId, DIGESTS_SUFFIX);
  const text = await readFile(digestFile, 'utf8').catch(() => '{}');
  const digests = DigestsSchema.parse(JSON.parse(text));
  const found = await Promise.all(
    ARTIFACT_NAMES.map(async (name) => {
      const path = folders.artifact(jobId, ARTIFACTS[name].suffix);
      const bytes = (await stat(path).catch(() => undefined))?.size;
      const sha256 = digests[name];
      return bytes === undefined || sha256 === undefined ? [] : [{ name, path, bytes, sha256 }];
    }),
  );
  return found.flat();
}

async function writeDigests(folders: ServiceFolders, jobId: string): Promise<void> {
  const digests: Record<string, string> = {};
  for (const name of ARTIFACT_NAMES) {
    const path = folders.artifact(jobId, ARTIFACTS[name].suffix);
    if (await exists(path)) digests[name] = await digestOf(path);
  }
  await writeAtomic(folders.artifact(jobId, DIGESTS_SUFFIX), JSON.stringify(digests));
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

export async function removeArtifacts(folders: ServiceFolders, jobId: string): Promise<void> {
  const suffixes = [...Object.values(ARTIFACTS).map(({ suffix }) => suffix), DIGESTS_SUFFIX];
  const paths = suffixes.map((suffix) => folders.artifact(jobId, suffix));
  await Promise.all(paths.map((path) => rm(path, { force: true })));
}

/** The same files give the same bytes: names sorted, times fixed. */
async function zipFolder(folder: string, target: string): Promise<void> {
  const zip = new ZipFile();
  const names = (await readdir(folder)).sort();
  for (const name of names) zip.addFile(join(folder, name), `${basename(folder)}/${name}`, { mtime: ZIP_EPOCH });
  zip.end();
  const temporary = `${target}.tmp`;
  await pipeline(zip.outputStream, createWriteStream(temporary, { flush: true }));
  await rename(temporary, target);
}

/** The earliest time that a zip file can hold. */
const ZIP_EPOCH = new Date(1980, 0, 1);

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
