import { readFile } from 'node:fs/promises';
import { unzipSync } from 'fflate';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/** Writing a model of a dozen small photos, on a busy machine. */
const WRITING_MS = 180_000;

/**
 * What a person does on the Model screen, which must be open with its model: looks at it in every way, crops it, gives it its size,
 * turns it, applies that, exports each format, deletes the capture and takes that back.
 *
 * @param photograph is called with the name of what is on the screen
 */
export async function useModelScreen(page: Page, photograph: (name: string) => Promise<void>): Promise<void> {
  await lookInEveryWay(page, photograph);
  await cropScaleAndTurn(page, photograph);
  await applyEdits(page, photograph);
  await exportEveryFormat(page);
  await deleteAndUndo(page);
}

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true });

async function lookInEveryWay(page: Page, photograph: (name: string) => Promise<void>): Promise<void> {
  const views = { c: 'Clay', w: 'Wires', n: 'Normals', u: 'UV', t: 'Texture' } as const;
  for (const [key, name] of Object.entries(views)) {
    await page.keyboard.press(key);
    await page.getByRole('radio', { name, exact: true, checked: true }).waitFor();
    if (name === 'UV') {
      await page.getByRole('img', { name: 'The texture with the outlines of its islands' }).waitFor();
      await photograph('model-uv');
    }
  }
  await page.keyboard.press('k');
  await photograph('model-cameras');
  await page.keyboard.press('k');
}

/** Types the figures: the same as dragging, and exact. */
async function cropScaleAndTurn(page: Page, photograph: (name: string) => Promise<void>): Promise<void> {
  await button(page, 'Crop').click();
  const width = page.getByRole('textbox', { name: 'Width' });
  await width.fill('0.4');
  await width.press('Tab');
  await page.getByText(/^\d+ % of the surface stays$/).waitFor();
  await photograph('model-crop');
  const all = '100 % of the surface stays';
  expect(await page.getByText(all).count()).toBe(0);
  await button(page, 'Undo the last edit').click();
  await page.getByText(all).waitFor();
  await button(page, 'Do it again').click();
  await page.getByText(all).waitFor({ state: 'detached' });

  await button(page, 'Measure').click();
  await page.getByRole('button', { name: /^What is measured|Two points/ }).click();
  await page.getByRole('option', { name: 'Height' }).click();
  const real = page.getByRole('textbox', { name: 'Real length' });
  await real.fill('25');
  await real.press('Tab');
  await button(page, 'Set real length').click();
  await page.getByText('25.0 cm').waitFor();
  await photograph('model-measure');

  await button(page, 'Stand upright').click();
  await button(page, 'Turn left').click();
  await photograph('model-turn');
  await button(page, 'Done').click();
}

async function applyEdits(page: Page, photograph: (name: string) => Promise<void>): Promise<void> {
  const whole = await triangleCount(page);
  await button(page, 'Apply').click();
  await page.locator('.edit-progress').waitFor();
  // The model that is there stays on the screen.
  expect(await page.locator('.stage canvas').first().isVisible()).toBe(true);
  await page.locator('.edit-bar').waitFor({ state: 'detached', timeout: WRITING_MS });
  // Width and depth have changed places; the unit is the metre.
  const extent = await page.locator('.fact', { hasText: 'Extent' }).innerText();
  expect(extent).toMatch(/\d\.\d+ × \d\.\d+ × \d\.\d+ m/);
  expect(await triangleCount(page)).toBeLessThan(whole);
  await photograph('model-edited');
}

async function triangleCount(page: Page): Promise<number> {
  const text = await page.locator('.fact', { hasText: 'Triangles' }).innerText();
  return Number(text.replace(/\D/g, ''));
}

/** Every file has the triangles of the model. */
async function exportEveryFormat(page: Page): Promise<void> {
  const triangles = await triangleCount(page);
  const save = async (choose: () => Promise<void>) => {
    const download = page.waitForEvent('download', { timeout: 60_000 });
    await choose();
    const file = await download;
    return { name: file.suggestedFilename(), bytes: await readFile(await file.path()) };
  };
  const saveAs = (title: string) =>
    save(async () => {
      await button(page, 'Other formats').click();
      await page.getByRole('menuitem', { name: title }).click();
    });
  const glb = await save(() => button(page, 'Download model (GLB)').click());
  expect(glb.name).toMatch(/\.glb$/);
  expect(glb.bytes.subarray(0, 4).toString()).toBe('glTF');

  const ply = await saveAs('PLY with vertex colours');
  const header = ply.bytes.subarray(0, 1000).toString('latin1');
  expect(header).toContain(`element face ${triangles}\n`);
  expect(header).toContain('property uchar red');

  const stl = await saveAs('STL for 3D printing');
  expect(stl.bytes.readUInt32LE(80)).toBe(triangles);

  const obj = await saveAs('OBJ with texture (ZIP)');
  const files = unzipSync(obj.bytes);
  const endings = Object.keys(files).map((name) => name.slice(name.lastIndexOf('.')));
  expect(endings.sort()).toEqual(['.jpg', '.mtl', '.obj']);
  const text = Buffer.from(files[Object.keys(files).find((name) => name.endsWith('.obj')) ?? ''] ?? []).toString();
  expect(text.match(/^f /gm)).toHaveLength(triangles);

  const usdz = await saveAs('USDZ for Apple devices');
  expect(Object.keys(unzipSync(usdz.bytes)).some((name) => name.endsWith('.usda'))).toBe(true);

  const cameras = unzipSync((await saveAs('COLMAP model')).bytes);
  expect(Object.keys(cameras)).toContain('sparse/images.txt');
  const photos = unzipSync((await saveAs('Undistorted photos for splatting')).bytes);
  expect(Buffer.from(photos['sparse/0/cameras.txt'] ?? []).toString()).toContain(' PINHOLE ');
  expect(Object.keys(photos).some((name) => name.startsWith('images/'))).toBe(true);
}

async function deleteAndUndo(page: Page): Promise<void> {
  await button(page, 'Delete this capture').click();
  await page.locator('.card').first().waitFor({ state: 'detached' });
  await button(page, 'Undo').click();
  await page.locator('.card').first().waitFor();
}
