import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { handedOver } from '#main/electron/photos/hand-over.js';
import { OpenedPhotoShelf } from '#main/electron/photos/opened-photos.js';

let folder = '';
const at = (...parts: string[]) => join(folder, ...parts);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atlas-opened-'));
  mkdirSync(at('Vase', 'more'), { recursive: true });
  for (const name of ['IMG_10.jpg', 'IMG_2.JPG', 'notes.txt', '.hidden.jpg']) writeFileSync(at('Vase', name), name);
  writeFileSync(at('Vase', 'more', 'IMG_3.heic'), 'three');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('photos opened from outside', () => {
  it('are those of a folder and of the folders in it, in the order of their names', async () => {
    const opened = await new OpenedPhotoShelf().open([at('Vase')]);
    expect(opened.photos.map(({ name }) => name)).toEqual(['IMG_2.JPG', 'IMG_3.heic', 'IMG_10.jpg']);
    expect(opened).toMatchObject({ folder: 'Vase', skipped: 1 });
    expect(opened.photos[0]).toMatchObject({ bytes: 9 });
  });

  it('are named after the folder that files lie in', async () => {
    const opened = await new OpenedPhotoShelf().open([at('Vase', 'IMG_2.JPG'), at('Vase', 'IMG_10.jpg')]);
    expect(opened.folder).toBe('Vase');
    expect(opened.photos).toHaveLength(2);
  });

  it('have no folder when they come from several', async () => {
    const opened = await new OpenedPhotoShelf().open([at('Vase', 'IMG_2.JPG'), at('Vase', 'more', 'IMG_3.heic')]);
    expect(opened.folder).toBeUndefined();
  });

  it('do not tell the page where they are', async () => {
    expect(JSON.stringify(await new OpenedPhotoShelf().open([at('Vase')]))).not.toContain(folder);
  });

  it('leave out what is not there, and each file counts once', async () => {
    const opened = await new OpenedPhotoShelf().open([
      at('nothing.jpg'),
      at('Vase', 'IMG_2.JPG'),
      at('Vase', 'IMG_2.JPG'),
    ]);
    expect(opened).toMatchObject({ skipped: 1, photos: [{ name: 'IMG_2.JPG' }] });
  });

  it('end where folders go round in a circle', async () => {
    symlinkSync(at('Vase'), at('Vase', 'more', 'round'));
    const { photos } = await new OpenedPhotoShelf().open([at('Vase')]);
    expect(photos.length).toBeLessThan(20);
  });

  it('can be read by the ids that were given, and nothing else can', async () => {
    const shelf = new OpenedPhotoShelf();
    const { photos } = await shelf.open([at('Vase', 'IMG_2.JPG')]);
    expect(Buffer.from(await shelf.read(photos[0]?.id ?? '')).toString()).toBe('IMG_2.JPG');
    await expect(shelf.read(at('Vase', 'IMG_10.jpg'))).rejects.toMatchObject({ code: 'INPUT_NOT_FOUND' });
    rmSync(at('Vase', 'IMG_2.JPG'));
    await expect(shelf.read(photos[0]?.id ?? '')).rejects.toMatchObject({ code: 'INPUT_NOT_FOUND' });
  });

  it('wait for a page that is not there yet, and are handed out once', async () => {
    const shelf = new OpenedPhotoShelf();
    let told = 0;
    await shelf.openLater([]);
    shelf.onWaiting = () => told++;
    await shelf.openLater([at('Vase')]);
    expect(told).toBe(1);
    expect(shelf.take()).toHaveLength(1);
    expect(shelf.take()).toEqual([]);
  });
});

describe('what another start hands over', () => {
  it('is its absolute paths', () =>
    expect(handedOver({ paths: ['/photos', '/a.jpg'] })).toEqual(['/photos', '/a.jpg']));

  it.each([undefined, null, 'text', {}, { paths: '/photos' }, { paths: [1] }, { paths: Array(6000).fill('/a') }])(
    'is nothing where it is not that: %#',
    (data) => expect(handedOver(data)).toEqual([]),
  );

  it('leaves relative paths out: they belong to the other start’s folder', () => {
    expect(handedOver({ paths: ['../secret', '/a.jpg'] })).toEqual(['/a.jpg']);
  });
});
