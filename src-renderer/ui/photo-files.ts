import { type DropItem, isDirectoryDropItem, isFileDropItem } from 'react-aria-components';
import { isPhotoName } from '../../src-shared/scene/photo-names.js';

/** Endings for file dialogs. */
export const PHOTO_TYPES = [
  'image/jpeg',
  'image/png',
  'image/webp',
  'image/tiff',
  'image/heic',
  'image/heif',
  'image/avif',
];

/** A photo that is read when its turn has come: the desktop shell's, which the page gets no file of. */
export interface LaterPhoto {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  open(): Promise<File>;
}

export interface PhotoFiles {
  readonly files: readonly (File | LaterPhoto)[];
  /** Files that are no photos. */
  readonly skipped: number;
  /** Of the folder they came from. */
  readonly folder: string | undefined;
}

/** The photos among files, in the order of their names. @param folder that they come from */
export function pickPhotos(files: readonly File[], folder?: string): PhotoFiles {
  const visible = files.filter(({ name }) => !name.startsWith('.'));
  const photos = visible.filter(({ name, type }) => isPhotoName(name) || PHOTO_TYPES.includes(type));
  const collator = new Intl.Collator('en', { numeric: true });
  const path = folder ?? files[0]?.webkitRelativePath.split('/').at(-2);
  return {
    files: photos.sort((a, b) => collator.compare(a.name, b.name)),
    skipped: visible.length - photos.length,
    folder: path || undefined,
  };
}

/** The photos among what was dropped: files, and folders with all that is in them. */
export async function droppedPhotos(items: readonly DropItem[]): Promise<PhotoFiles> {
  const files: File[] = [];
  const collect = async (entries: AsyncIterable<DropItem> | Iterable<DropItem>): Promise<void> => {
    for await (const item of entries) {
      if (isFileDropItem(item)) files.push(await item.getFile());
      else if (isDirectoryDropItem(item)) await collect(item.getEntries());
    }
  };
  await collect(items);
  return pickPhotos(files, items.find(isDirectoryDropItem)?.name);
}
