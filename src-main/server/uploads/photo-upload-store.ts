import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { FileStore } from '@tus/file-store';
import { Upload } from '@tus/server';

/**
 * Where resumable uploads are kept: a file and its description each. When a photo has been taken over by its draft the file
 * goes and the description stays until the draft is committed: a client that missed the last answer finds its upload whole.
 */
export class PhotoUploadStore extends FileStore {
  override async getUpload(id: string): Promise<Upload> {
    const described = await this.configstore.get(id);
    if (described && !(await this.isHere(id))) {
      const { size, metadata, creation_date } = described;
      return new Upload({
        ...{ id, offset: size ?? 0 },
        ...(size === undefined ? {} : { size }),
        ...(metadata === undefined ? {} : { metadata }),
        ...(creation_date === undefined ? {} : { creation_date }),
      });
    }
    return super.getUpload(id);
  }

  /** Forgets an upload, also one whose file has been taken over. */
  override async remove(id: string): Promise<void> {
    await super.getUpload(id).catch((error: { status_code?: number }) => {
      if (error.status_code !== GONE) throw error;
    });
    await this.taken(id);
    await this.configstore.delete(id);
  }

  /** Whether bytes of the upload are here: they have not been taken over yet. */
  isHere(id: string): Promise<boolean> {
    return stat(this.path(id)).then(
      () => true,
      () => false,
    );
  }

  /** Absolute path of the upload's bytes. @param id made by the service */
  path(id: string): string {
    return join(this.directory, id);
  }

  /** Removes the bytes: they are elsewhere now. */
  async taken(id: string): Promise<void> {
    await rm(this.path(id), { force: true });
  }
}

/** The description is there, the file is not. */
const GONE = 410;
