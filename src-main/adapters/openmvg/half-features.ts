import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** A count of 8 bytes, then 128 bytes a SIFT descriptor. */
const COUNT_BYTES = 8;
const DESCRIPTOR_BYTES = 128;

/**
 * Removes features that an interrupted run had not finished writing: ComputeFeatures takes all files that are there as they are.
 * The `.feat` file has a line a keypoint, the `.desc` file beside it the descriptors.
 *
 * @param folder absolute path of the folder of features
 * @returns of how many photos there are whole ones
 */
export async function removeHalfFeatures(folder: string): Promise<number> {
  let whole = 0;
  for (const name of (await readdir(folder)).filter((file) => file.endsWith('.feat'))) {
    const features = join(folder, name);
    const descriptors = features.replace(/\.feat$/, '.desc');
    const text = await readFile(features, 'latin1');
    const count = text.split('\n').length - 1;
    const size = await stat(descriptors).then(
      (found) => found.size,
      () => -1,
    );
    const isWhole = (text === '' || text.endsWith('\n')) && size === COUNT_BYTES + count * DESCRIPTOR_BYTES;
    if (isWhole) {
      whole++;
      continue;
    }
    await rm(features, { force: true });
    await rm(descriptors, { force: true });
  }
  return whole;
}
