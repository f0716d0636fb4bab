import { z } from 'zod';
import { CropBoxSchema, type Turn, TurnSchema } from '../../src-shared/pipeline/edit-options.js';
import { numberText } from './number-text.js';

const numbers = z
  .string()
  .transform((text) => text.split(','))
  .pipe(z.array(numberText));

/** `--crop cx,cy,cz,sx,sy,sz[,qx,qy,qz,qw]`: centre, size and rotation of the box. */
export const cropText = numbers
  .refine((values) => values.length === 6 || values.length === 10, {
    message: 'must be cx,cy,cz,sx,sy,sz or cx,cy,cz,sx,sy,sz,qx,qy,qz,qw',
  })
  .transform(
    (values): z.input<typeof CropBoxSchema> => ({
      ...{ center: values.slice(0, 3), size: values.slice(3, 6) },
      ...(values.length === 10 ? { rotation: values.slice(6) } : {}),
    }),
  )
  .pipe(CropBoxSchema);

/** `--turn x,y,z`: degrees about the fixed axes X, then Y, then Z. */
export const turnText = numbers
  .refine((values) => values.length === 3, { message: 'must be x,y,z in degrees' })
  .transform(([x, y, z]) => turnOfDegrees(x!, y!, z!))
  .pipe(TurnSchema);

/** The rotation about X, then Y, then Z (fixed axes), as x, y, z, w. */
export function turnOfDegrees(x: number, y: number, z: number): Turn {
  const [sx, sy, sz, cx, cy, cz] = [Math.sin, Math.cos].flatMap((f) =>
    [x, y, z].map((degrees) => f((degrees * Math.PI) / 360)),
  ) as [number, number, number, number, number, number];
  return [
    sx * cy * cz - cx * sy * sz,
    cx * sy * cz + sx * cy * sz,
    cx * cy * sz - sx * sy * cz,
    cx * cy * cz + sx * sy * sz,
  ];
}
