import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
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
  'model.glb': 'model',
} as const;

/**
 * Publishes what a run wrote, in place of what an earlier one has left: all files are made ready first and then change places in
 * one step, so that nobody is given files of two runs. Files that the run did not make are absent.
 *
 * @returns total size in bytes
 * @throws DISK_FULL, OUTPUT_NOT_WRITABLE
 */
export async function publishArtifacts(folders: ServiceFolders, jobId: string): Promise<number> {
  return publishFiles(folders, jobId, WHOLE_FILES, true);
}

/** Publishes what a run that failed can still tell, in place of all that an earlier one has left. As {@link publishArtifacts}. */
export async function publishReports(folders: ServiceFolders, jobId: string): Promise<number> {
  return publishFiles(folders, jobId, REPORTS, false);
}

async function publishFiles(
  folders: ServiceFolders,
  jobId: string,
  files: Readonly<Partial<Record<ArtifactName, UserFile>>>,
  withSparse: boolean,
): Promise<number> {
  const output = new Workspace(folders.output(jobId));
  const targetOf = (name: ArtifactName) => folders.artifact(jobId, ARTIFACTS[name].suffix);
  const staged = new Map<ArtifactName, string>();
  const digests: Record<string, string> = {};
  const digestFile = folders.artifact(jobId, DIGESTS_SUFFIX);
  await mkdir(folders.artifacts, { recursive: true });
  try {
    for (const name of ARTIFACT_NAMES) {
      const temporary = temporaryBeside(targetOf(name));
      const file = files[name];
      if (file && (await exists(output.path(file)))) await copyAtomic(output.path(file), temporary);
      else if (name === 'colmap.zip' && withSparse && (await exists(output.path('sparse')))) {
        await zipFolder(output.path('sparse'), temporary);
      } else continue;
      staged.set(name, temporary);
      digests[name] = await digestOf(temporary);
    }
    const temporaryDigests = temporaryBeside(digestFile);
    await writeAtomic(temporaryDigests, JSON.stringify(digests));
    // No turn of the event loop in between: whoever asks finds all files of one run.
    for (const name of ARTIFACT_NAMES) {
      const temporary = staged.get(name);
      if (temporary) renameSync(temporary, targetOf(name));
      else rmSync(targetOf(name), { force: true });
    }
    renameSync(temporaryDigests, digestFile);
  } catch (error) {
    await Promise.all([...staged.values()].map((path) => rm(path, { force: true })));
    throw error;
  }
  return (await listArtifacts(folders, jobId)).reduce((sum, { bytes }) => sum + bytes, 0);
}

const temporaryBeside = (target: string) => `${target}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`;

/** A published file. */
export interface PublishedArtifact {
  readonly name: ArtifactName;
  readonly path: string;
  readonly bytes: number;
  /** Number of the file itself, whatever its name: another one after it was published anew. */
  readonly inode: number;
  /** Hex SHA-256 of the content. */
  readonly sha256: string;
}

const DigestsSchema = z.record(z.string(), z.string());

/** Where the digests of a job's files are kept: computing them at each download would read each file twice. */
const DIGESTS_SUFFIX = 'digests.json';

/** The files of a job that are there: all of one run. */
export async function listArtifacts(folders: ServiceFolders, jobId: string): Promise<readonly PublishedArtifact[]> {
  const digestFile = folders.artifact(jobId, DIGESTS_SUFFIX);
  // In one go, for the reason given in publishFiles: a few small reads.
  const text = existsSync(digestFile) ? readFileSync(digestFile, 'utf8') : '{}';
  const digests = DigestsSchema.parse(JSON.parse(text));
  return ARTIFACT_NAMES.flatMap((name) => {
    const path = folders.artifact(jobId, ARTIFACTS[name].suffix);
    const file = statSync(path, { throwIfNoEntry: false });
    const sha256 = digests[name];
    return file === undefined || sha256 === undefined
      ? []
      : [{ name, path, bytes: file.size, inode: file.ino, sha256 }];
  });
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
  await pipeline(zip.outputStream, createWriteStream(target, { flush: true }));
}

/** The earliest time that a zip file can hold. */
const ZIP_EPOCH = new Date(1980, 0, 1);

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
