import { z } from 'zod';
import { StudioError } from '../../../src-shared/errors/studio-error.js';
import { DISTORTIONS, type OpenMvgCameraType, type OpenMvgIntrinsic } from './openmvg-cameras.js';

/** The content of an sfm_data.json, in OpenMVG's own conventions (`sfm-data-model.ts` has ours). */
export interface SfmData {
  /** Folder of the images, as the programs see it. */
  readonly rootPath: string;
  readonly views: readonly SfmView[];
  readonly intrinsics: ReadonlyMap<number, OpenMvgIntrinsic>;
  readonly poses: ReadonlyMap<number, SfmPose>;
  readonly landmarks: readonly SfmLandmark[];
}

export interface SfmView {
  readonly viewId: number;
  /** Relative to the root. */
  readonly filename: string;
  readonly width: number;
  readonly height: number;
  /** {@link UNDEFINED_ID} for a view whose camera is not known. */
  readonly intrinsicId: number;
  readonly poseId: number;
}

export interface SfmPose {
  /** Row-major, world to camera. */
  readonly rotation: readonly number[];
  /** Of the camera, in the world. */
  readonly center: readonly number[];
}

export interface SfmLandmark {
  readonly id: number;
  readonly X: readonly number[];
  readonly observations: readonly {
    readonly viewId: number;
    readonly featureId: number;
    readonly x: readonly number[];
  }[];
}

/** `UndefinedIndexT`. */
export const UNDEFINED_ID = 0xffff_ffff;
const FORMAT_VERSION = '0.3';

const entry = <Value extends z.ZodType>(value: Value) => z.object({ key: z.number().int(), value });
const pointer = <Data extends z.ZodType>(data: Data) => z.object({ id: z.number(), data });
const triple = z.array(z.number()).length(3);
const pair = z.tuple([z.number(), z.number()]);
const id = z.number().int().min(0);

const ViewSchema = z.object({
  local_path: z.string(),
  filename: z.string(),
  width: id,
  height: id,
  id_view: id,
  id_intrinsic: id,
  id_pose: id,
});
const IntrinsicSchema = z.looseObject({ width: id, height: id, focal_length: z.number(), principal_point: pair });
const SfmDataSchema = z.object({
  root_path: z.string(),
  views: z.array(entry(z.object({ ptr_wrapper: pointer(ViewSchema) }))),
  intrinsics: z.array(
    entry(
      z.object({
        polymorphic_id: z.number(),
        polymorphic_name: z.string().optional(),
        ptr_wrapper: pointer(IntrinsicSchema),
      }),
    ),
  ),
  extrinsics: z.array(entry(z.object({ rotation: z.array(triple).length(3), center: triple }))).default([]),
  structure: z
    .array(entry(z.object({ X: triple, observations: z.array(entry(z.object({ id_feat: id, x: pair }))) })))
    .default([]),
});

/** In cereal's ids: the first object of its type, which tells the name; or the first mention of a pointer. */
const FIRST = 0x8000_0000;
/** An object of the very type of the pointer. */
const SAME_TYPE = 0x4000_0000;

/** @throws TOOL_OUTPUT_UNREADABLE */
export function parseSfmData(text: string): SfmData {
  try {
    const { root_path: rootPath, views, intrinsics, extrinsics, structure } = SfmDataSchema.parse(JSON.parse(text));
    return {
      rootPath,
      views: views.map(
        ({
          value: {
            ptr_wrapper: { data },
          },
        }) => ({
          viewId: data.id_view,
          filename: [data.local_path, data.filename].filter((part) => part !== '').join('/'),
          ...{ width: data.width, height: data.height, intrinsicId: data.id_intrinsic, poseId: data.id_pose },
        }),
      ),
      intrinsics: parseIntrinsics(intrinsics),
      poses: new Map(
        extrinsics.map(({ key, value: { rotation, center } }) => [key, { rotation: rotation.flat(), center }]),
      ),
      landmarks: structure.map(({ key, value: { X, observations } }) => ({
        ...{ id: key, X },
        observations: observations.map(({ key: viewId, value: { id_feat: featureId, x } }) => ({
          viewId,
          featureId,
          x,
        })),
      })),
    };
  } catch (cause) {
    if (cause instanceof StudioError) throw cause;
    throw new StudioError('TOOL_OUTPUT_UNREADABLE', { message: 'OpenMVG wrote a scene that cannot be read.', cause });
  }
}

function parseIntrinsics(entries: z.infer<typeof SfmDataSchema>['intrinsics']): Map<number, OpenMvgIntrinsic> {
  const names = new Map<number, string>();
  return new Map(
    entries.map(
      ({
        key,
        value: {
          polymorphic_id: typeId,
          polymorphic_name: name,
          ptr_wrapper: { data },
        },
      }) => {
        if (name !== undefined) names.set(typeId & ~FIRST, name);
        const type = name ?? names.get(typeId) ?? '';
        if (!isKnownType(type)) {
          throw new StudioError('TOOL_OUTPUT_UNREADABLE', {
            message: `Cameras of OpenMVG's type ${type} are not supported.`,
          });
        }
        const own = DISTORTIONS[type];
        const distortion = own === undefined ? [] : z.array(z.number()).length(own.count).parse(data[own.name]);
        const { width, height, focal_length: focal, principal_point: principalPoint } = data;
        return [key, { type, width, height, focal, principalPoint, distortion }];
      },
    ),
  );
}

const isKnownType = (name: string): name is OpenMvgCameraType => Object.hasOwn(DISTORTIONS, name);

/** The text of an sfm_data.json, with cereal's ids as its own archives number them. */
export function sfmDataText({ rootPath, views, intrinsics, poses, landmarks }: SfmData): string {
  let pointers = 0;
  const wrap = <Data>(data: Data) => ({ id: FIRST + ++pointers, data });
  const types = new Map<string, number>();
  return JSON.stringify(
    {
      sfm_data_version: FORMAT_VERSION,
      root_path: rootPath,
      views: views.map(({ viewId, filename, width, height, intrinsicId, poseId }) => {
        const ids = { id_view: viewId, id_intrinsic: intrinsicId, id_pose: poseId };
        const ptr_wrapper = wrap({ local_path: '', filename, width, height, ...ids });
        return { key: viewId, value: { polymorphic_id: SAME_TYPE, ptr_wrapper } };
      }),
      intrinsics: [...intrinsics].map(([key, intrinsic]) => {
        const seen = types.get(intrinsic.type);
        const typeId = seen ?? types.size + 1;
        types.set(intrinsic.type, typeId);
        const named = { polymorphic_id: FIRST + typeId, polymorphic_name: intrinsic.type };
        return { key, value: { ...(seen ? { polymorphic_id: seen } : named), ptr_wrapper: wrap(dataOf(intrinsic)) } };
      }),
      extrinsics: [...poses].map(([key, { rotation, center }]) => {
        const rows = [0, 3, 6].map((row) => rotation.slice(row, row + 3));
        return { key, value: { rotation: rows, center } };
      }),
      structure: landmarks.map(({ id: key, X, observations }) => ({
        key,
        value: {
          X,
          observations: observations.map(({ viewId, featureId, x }) => ({
            key: viewId,
            value: { id_feat: featureId, x },
          })),
        },
      })),
      control_points: [],
    },
    undefined,
    1,
  );
}

function dataOf({ type, width, height, focal, principalPoint, distortion }: OpenMvgIntrinsic) {
  const own = DISTORTIONS[type];
  const coefficients = own === undefined ? {} : { [own.name]: distortion };
  return { width, height, focal_length: focal, principal_point: principalPoint, ...coefficients };
}
