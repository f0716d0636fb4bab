import { existsSync } from 'node:fs';
import { join, posix } from 'node:path';
import type { MvsScene } from '../../formats/openmvs/mvs-scene.js';
import type { StageContext } from '../../pipeline/stage.js';
import type { MaskImageInput } from './mask-image-task.js';

/**
 * Makes what masks exclude black, in copies of the images in the stage's folder (`masked-1.png`): for programs that use no masks.
 * No depth is found where all is of one colour, and TextureMesh leaves out black borders since version 2.2.
 *
 * @returns the scene with these images
 */
export async function maskImages(
  scene: MvsScene,
  { folder, kernels, signal }: StageContext,
  onImage: (fraction: number) => void,
): Promise<MvsScene> {
  const nameOf = (index: number) => `masked-${index}.png`;
  const inputs = scene.images
    .flatMap(({ name, maskName }, index): MaskImageInput[] => {
      if (maskName === '') return [];
      const [imagePath, maskPath] = [join(folder.root, name), join(folder.root, maskName)];
      return [{ imagePath, maskPath, resultPath: folder.path(nameOf(index)) }];
    })
    .filter(({ resultPath }) => !existsSync(resultPath));
  await kernels.map<MaskImageInput, void>(new URL('./mask-image-task.js', import.meta.url), inputs, signal, (done) =>
    onImage(done / inputs.length),
  );
  const images = scene.images.map((image, index) =>
    image.maskName === '' ? image : { ...image, name: posix.join('..', folder.name, nameOf(index)), maskName: '' },
  );
  return { ...scene, images };
}
