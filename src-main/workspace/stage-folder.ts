import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { StudioError } from '../../src-shared/errors/studio-error.js';
import { type ArrayFile, readArrays, type TypedArrays, writeArrays } from '../formats/arrays/array-file.js';
import { writeAtomic } from './write-atomic.js';

/** Path relative to the workspace, with forward slashes: the form in which outputs name files. */
export type WorkspacePath = string & { readonly __brand?: 'WorkspacePath' };

const SAFE_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

/** A stage's own folder in the workspace. Files in it are written atomically, so a file that is there is complete. */
export class StageFolder {
  /**
   * @param workspace absolute path of the workspace
   * @param name of the folder in it
   */
  constructor(
    readonly workspace: string,
    readonly name: string,
  ) {}

  /** The workspace path of a file of this folder. @throws INTERNAL on a name that is not plain */
  ref(file: string): WorkspacePath {
    if (!SAFE_NAME.test(file)) throw new StudioError('INTERNAL', { message: `Not a plain file name: ${file}` });
    return `${this.name}/${file}`;
  }

  /** Absolute path of the folder itself. */
  get root(): string {
    return join(this.workspace, this.name);
  }

  /** Absolute path of a workspace path, of this or an earlier stage. */
  resolve(path: WorkspacePath): string {
    return join(this.workspace, path);
  }

  /** Absolute path of a file of this folder. */
  path(file: string): string {
    return this.resolve(this.ref(file));
  }

  /** Whether the file is there, and so complete. */
  has(file: string): boolean {
    return existsSync(this.path(file));
  }

  async write(file: string, content: string | Uint8Array | readonly Uint8Array[]): Promise<WorkspacePath> {
    await writeAtomic(this.path(file), content);
    return this.ref(file);
  }

  async writeArrays(file: string, content: ArrayFile): Promise<WorkspacePath> {
    await writeArrays(this.path(file), content);
    return this.ref(file);
  }

  /** Reads an array file of this or an earlier stage. */
  async readArrays<Arrays extends TypedArrays = TypedArrays>(path: WorkspacePath): Promise<ArrayFile<Arrays>> {
    return readArrays<Arrays>(this.resolve(path));
  }
}
