import { z } from 'zod';
import { StudioError } from '../../src-shared/errors/studio-error.js';
import { KnownIntrinsicsSchema, ReconstructOptionsSchema } from '../../src-shared/pipeline/reconstruct-options.js';
import { numberText } from './number-text.js';
import { cropText, turnText } from './parse-edits.js';

const CAMERA_NAMES = ['fx', 'fy', 'cx', 'cy', 'k1', 'k2', 'p1', 'p2'] as const;

const cameraText = z
  .string()
  .transform((text) => text.split(','))
  .pipe(z.array(numberText))
  .refine((values) => values.length === 4 || values.length === 6 || values.length === 8, {
    message: 'must be fx,fy,cx,cy or fx,fy,cx,cy,k1,k2 or fx,fy,cx,cy,k1,k2,p1,p2',
  })
  .transform((values) => Object.fromEntries(values.map((value, index) => [CAMERA_NAMES[index], value])))
  .pipe(KnownIntrinsicsSchema);

const TextsSchema = z.object({
  triangles: numberText.optional(),
  textureSize: numberText.optional(),
  camera: cameraText.optional(),
  scale: numberText.optional(),
  crop: cropText.optional(),
  turn: turnText.optional(),
  seed: numberText.optional(),
  tier: z.string().optional(),
  until: z.string().optional(),
  engine: z.string().optional(),
  sfm: z.string().optional(),
  dense: z.string().optional(),
});

const ThreadsSchema = z.object({ threads: numberText.pipe(z.number().int().min(1).max(256)).optional() });

/** The command's texts as options. @throws INPUT_OPTION_INVALID that names the option and what it may be */
export function parseReconstructOptions(texts: Readonly<Record<string, unknown>>) {
  return {
    options: parse(ReconstructOptionsSchema, withoutAbsent(parse(TextsSchema, texts))),
    threads: parse(ThreadsSchema, texts).threads,
  };
}

function parse<Schema extends z.ZodType>(schema: Schema, value: unknown): z.infer<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, message }) => `--${optionName(path[0])}: ${lowerFirst(message)}`);
  throw new StudioError('INPUT_OPTION_INVALID', { message: problems.join('; '), details: { problems } });
}

/** `textureSize` as `texture-size`. */
const optionName = (name: unknown) => String(name).replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

const lowerFirst = (text: string) => text.charAt(0).toLowerCase() + text.slice(1);

const withoutAbsent = (values: object) =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
