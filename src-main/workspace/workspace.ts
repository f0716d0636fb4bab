import { existsSync } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { copyAtomic } from './copy-atomic.js';
import { StageFolder, type WorkspacePath } from './stage-folder.js';
import { writeAtomic } from './write-atomic.js';

/** What a run leaves for people, at the top of its output folder; everything else is in `work/`, a folder a stage. */
export const USER_FILES = {
  model: 'model.glb',
  quality: 'qa.json',
  report: 'report.html',
  preview: 'preview.png',
  sparse: 'sparse',
  dense: 'dense.ply',
  log: 'log.ndjson',
} as const;

export type UserFile = keyof typeof USER_FILES;

const WORK_FOLDER = 'work';

/** A run's output folder on disk. The one place that knows where its files are. */
export class Workspace {
  /** @param root absolute path; need not exist yet */
  constructor(readonly root: string) {}

  /** Absolute path of the folder that holds the stages' folders; workspace paths are relative to it. */
  get workFolder(): string {
    return join(this.root, WORK_FOLDER);
  }

  /** Absolute path of a file (or folder) for people. */
  path(file: UserFile): string {
    return join(this.root, USER_FILES[file]);
  }

  /** Keeps a second run out. */
  get lockFile(): string {
    return join(this.workFolder, 'lock.json');
  }

  /** Absolute path of a workspace path, as stages' outputs name files. */
  resolve(path: WorkspacePath): string {
    return join(this.workFolder, path);
  }

  /** @param variant another way to do the stage, with a folder of its own */
  stageFolder(stageId: string, variant?: string): StageFolder {
    return new StageFolder(this.workFolder, variant === undefined ? stageId : `${stageId}.${variant}`);
  }

  /** Removes what other ways to do a stage have left. */
  async removeVariants(stageId: string): Promise<void> {
    const names = await readdir(this.workFolder).catch(() => []);
    const variants = names.filter((name) => name.startsWith(`${stageId}.`));
    for (const name of variants) await rm(join(this.workFolder, name), { recursive: true, force: true });
  }

  async write(file: UserFile, content: string | Uint8Array): Promise<void> {
    await writeAtomic(this.path(file), content);
  }

  /** Copies a stage's file to its place for people. */
  async publish(file: UserFile, source: WorkspacePath): Promise<void> {
    await copyAtomic(this.resolve(source), this.path(file));
  }

  /** Absolute paths of the files for people that are there. */
  async userFiles(): Promise<Partial<Record<UserFile, string>>> {
    const files: Partial<Record<UserFile, string>> = {};
    for (const file of Object.keys(USER_FILES) as UserFile[]) {
      if (existsSync(this.path(file))) files[file] = this.path(file);
    }
    return files;
  }

  /** Bytes that this folder's intermediate files take. */
  async usedBytes(): Promise<number> {
    const entries = await readdir(this.workFolder, { recursive: true, withFileTypes: true }).catch(() => []);
    const files = entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
    const sizes = await Promise.all(files.map(async (path) => (await stat(path).catch(() => undefined))?.size ?? 0));
    return sizes.reduce((sum, size) => sum + size, 0);
  }

  /** Removes a file for people that an earlier run with other options left, so that no output belongs to another input. */
  async retract(file: UserFile): Promise<void> {
    await rm(this.path(file), { recursive: true, force: true });
  }

  /** Removes what a killed run left half written in a folder. */
  static async removeTemporaryFiles(folder: string): Promise<void> {
    const names = await readdir(folder).catch(() => []);
    await Promise.all(
      names.filter((name) => name.endsWith('.tmp')).map((name) => rm(join(folder, name), { force: true })),
    );
  }
}
