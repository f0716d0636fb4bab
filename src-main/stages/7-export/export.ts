import sharp from 'sharp';
import { StudioError } from '../../../src-shared/errors/studio-error.js';
import type { CropBox, Turn } from '../../../src-shared/pipeline/edit-options.js';
import type { TexturedMesh } from '../../../src-shared/scene/mesh.js';
import type { Photo, Warning } from '../../../src-shared/scene/photo.js';
import { readSparseModel } from '../../formats/sparse-model/sparse-model-file.js';
import { rotationFromQuaternion } from '../../geometry/rotation.js';
import type { RgbImage } from '../../geometry/sample-bilinear.js';
import { multiply3 } from '../../linalg/matrix3.js';
import { multiply4 } from '../../linalg/matrix4.js';
import type { Stage } from '../../pipeline/stage.js';
import { type CropReport, cropMesh } from './edit/crop-mesh.js';
import { cropPlanes } from './edit/crop-planes.js';
import { groundedFrame, standUpright, transformMesh, type Upright } from './frame/model-frame.js';
import { type MeshTopology, meshTopology } from './glb/mesh-topology.js';
import { type GlbValidation, validateGlb } from './glb/validate-glb.js';
import { type GlbImage, writeGlb } from './glb/write-glb.js';
import { renderPreview } from './preview/render-preview.js';
import type { ViewComparison } from './views/compare-view-task.js';
import { type CompareViewsOptions, compareViews } from './views/compare-views.js';

export interface ExportInput {
  readonly photos: readonly Photo[];
  /** Workspace path of the sparse model file. */
  readonly model: string;
  /** Workspace path of the `TexturedMesh` file. */
  readonly textured: string;
  /** Workspace path of the base colour image. */
  readonly baseColor: string;
  /** Workspace path of the normal map; the mesh then has tangents. */
  readonly normalMap?: string;
}

export interface ExportOptions extends CompareViewsOptions {
  /** Metres per world unit; undefined: unknown, and the model's longest side is made 1 m. */
  readonly scale: number | undefined;
  /** What is kept, in the automatic frame (src-shared/pipeline/edit-options.ts); undefined: all. */
  readonly crop: CropBox | undefined;
  /** How what is kept is turned, about the axes of the automatic frame; undefined: not at all. */
  readonly turn: Turn | undefined;
  /** The final model must not have more triangles; undefined: any number. */
  readonly maxTriangles: number | undefined;
  readonly textureFormat: 'jpeg' | 'png';
  readonly jpegQuality: number;
  /** Blocks of the compression show in the shading before they show in colours. */
  readonly normalJpegQuality: number;
}

export interface ExportOutput {
  /** Workspace paths. */
  readonly glb: string;
  readonly preview: string;
  /** JSON `{matrix}`: 4x4, row-major, from GLB to model coordinates (`views.mjs --frame`). */
  readonly modelFromGlb: string;
  /** Photo | rendering, JPEG. */
  readonly pairs: readonly { readonly photoId: number; readonly file: string }[];
  readonly report: ExportReport;
  readonly warnings: readonly Warning[];
}

export interface ExportReport {
  readonly bytes: number;
  readonly triangles: number;
  readonly vertices: number;
  /** GLB coordinates: metres, +Y up. */
  readonly size: readonly [number, number, number];
  readonly topology: MeshTopology;
  readonly validation: GlbValidation;
  /** 4x4, row-major. */
  readonly glbFromModel: readonly number[];
  /** 4x4, row-major: from the frame that edits are given in. */
  readonly glbFromAutomatic: readonly number[];
  /** Absent where nothing was cut off. */
  readonly crop?: CropReport;
  readonly metresPerModelUnit: number;
  readonly isScaleKnown: boolean;
  readonly upSource: string;
  readonly isLevelled: boolean;
  /** Means over the compared views. */
  readonly psnr: number | undefined;
  readonly ssim: number | undefined;
  readonly coverage: number;
  readonly views: readonly {
    readonly photoId: number;
    readonly psnr: number | undefined;
    readonly ssim: number | undefined;
    readonly coverage: number;
  }[];
}

/**
 * Writes the finished model:
 *
 * 1. stand it upright; 2. cut off, turn and scale as asked for; 3. encode the textures; 4. write and validate the GLB; 5. render it
 * as the photos saw it and compare; 6. render a picture of it.
 *
 * @throws EXPORT_INVALID, EXPORT_CROP_EMPTY
 */
export const exportStage: Stage<ExportInput, ExportOptions, ExportOutput> = {
  id: 'export',
  revision: 2,
  defaults: {
    scale: undefined,
    crop: undefined,
    turn: undefined,
    maxTriangles: undefined,
    textureFormat: 'jpeg',
    jpegQuality: 92,
    normalJpegQuality: 95,
    comparedSizePx: 800,
    maxComparedViews: 64,
    pairCount: 4,
  },

  async run(input, options, context) {
    const { folder } = context;
    const model = await readSparseModel(folder.resolve(input.model));
    const whole = shared((await folder.readArrays<MeshArrays>(input.textured)).arrays);
    const upright = standUpright(model.images, whole);
    const { world, frame, glbFromAutomatic, crop } = edit(whole, upright, options);
    const mesh = transformMesh(world, frame.frameFromWorld);
    const topology = meshTopology(mesh);
    context.progress(0.1, 'Writing the model');

    const baseColor = await encodeImage(folder.resolve(input.baseColor), options);
    const normalMap =
      input.normalMap &&
      (await encodeImage(folder.resolve(input.normalMap), { ...options, jpegQuality: options.normalJpegQuality }));
    const bytes = await writeGlb({
      mesh,
      baseColor,
      ...(normalMap ? { normalMap } : {}),
      isOpen: !topology.isWatertight,
    });
    const validation = await validateGlb(bytes);
    const triangles = mesh.indices.length / 3;
    if (options.maxTriangles !== undefined && triangles > options.maxTriangles) {
      throw new StudioError('EXPORT_INVALID', {
        message: 'The model has more triangles than asked for.',
        details: { triangles, maxTriangles: options.maxTriangles },
      });
    }
    const glb = await folder.write('model.glb', bytes);
    const modelFromGlb = await folder.write(
      'model-from-glb.json',
      JSON.stringify({ matrix: Array.from(frame.worldFromFrame) }),
    );

    const texture = await decodeTexture(baseColor);
    const source = { photos: input.photos, model, mesh: world, texture };
    const views = await compareViews(source, options, context, (share) => {
      context.progress(0.2 + 0.6 * share, 'Comparing the model with the photos');
    });
    const pairs = await writePairs(views, (name, content) => folder.write(name, content));
    context.progress(0.85, 'Rendering a picture');
    const preview = await folder.write('preview.png', await renderPreview(mesh, texture));
    return {
      glb,
      preview,
      modelFromGlb,
      pairs,
      report: {
        bytes: bytes.length,
        triangles,
        vertices: mesh.positions.length / 3,
        size: sizeOf(mesh.positions),
        topology,
        validation,
        glbFromModel: Array.from(frame.frameFromWorld),
        glbFromAutomatic: Array.from(glbFromAutomatic),
        ...(crop && { crop }),
        metresPerModelUnit: frame.scale,
        isScaleKnown: options.scale !== undefined,
        upSource: upright.up.source,
        isLevelled: upright.up.isLevelled,
        psnr: meanOf(views.map((view) => view.psnr)),
        ssim: meanOf(views.map((view) => view.ssim)),
        coverage: meanOf(views.map((view) => view.coverage)) ?? 0,
        views: views.map(({ photoId, psnr, ssim, coverage }) => ({ photoId, psnr, ssim, coverage })),
      },
      warnings: [],
    };
  },
};

/** Cuts off what is outside of the crop box and finds where the rest stands. @throws EXPORT_CROP_EMPTY */
function edit(whole: TexturedMesh, { R }: Upright, { crop: box, turn, scale, maxTriangles }: ExportOptions) {
  const automatic = groundedFrame(R, whole);
  const cropped = box && cropMesh(whole, cropPlanes(box, automatic.frameFromWorld), maxTriangles);
  if (cropped?.mesh.indices.length === 0) throw new StudioError('EXPORT_CROP_EMPTY', { details: { crop: box } });
  const world = cropped?.mesh ?? whole;
  const frame = groundedFrame(turn ? multiply3(rotationOf(turn), R) : R, world, scale);
  const glbFromAutomatic = multiply4(frame.frameFromWorld, automatic.worldFromFrame);
  return { world, frame, glbFromAutomatic, crop: cropped?.report };
}

const rotationOf = ([x, y, z, w]: Turn) => rotationFromQuaternion([w!, x!, y!, z!]);

type MeshArrays = {
  readonly positions: Float32Array;
  readonly indices: Uint32Array;
  readonly normals: Float32Array;
  readonly uvs: Float32Array;
  readonly tangents?: Float32Array;
};

/** The same arrays in memory that workers share. */
function shared({ positions, indices, normals, uvs, tangents }: MeshArrays): TexturedMesh {
  const f32 = (array: Float32Array) => {
    const copy = new Float32Array(new SharedArrayBuffer(array.byteLength));
    copy.set(array);
    return copy;
  };
  const sharedIndices = new Uint32Array(new SharedArrayBuffer(indices.byteLength));
  sharedIndices.set(indices);
  return {
    positions: f32(positions),
    indices: sharedIndices,
    normals: f32(normals),
    uvs: f32(uvs),
    ...(tangents === undefined ? {} : { tangents: f32(tangents) }),
  };
}

async function encodeImage(
  path: string,
  { textureFormat, jpegQuality }: Pick<ExportOptions, 'textureFormat' | 'jpegQuality'>,
): Promise<GlbImage> {
  const image = sharp(path).removeAlpha();
  if (textureFormat === 'png')
    return { bytes: await image.png({ compressionLevel: 9 }).toBuffer(), mimeType: 'image/png' };
  const bytes = await image.jpeg({ quality: jpegQuality, chromaSubsampling: '4:4:4' }).toBuffer();
  return { bytes, mimeType: 'image/jpeg' };
}

/** The image as a viewer decodes it, in shared memory. */
async function decodeTexture({ bytes }: GlbImage): Promise<RgbImage> {
  const { data, info } = await sharp(bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const rgb = new Uint8Array(new SharedArrayBuffer(data.length));
  rgb.set(data);
  return { width: info.width, height: info.height, rgb };
}

async function writePairs(
  views: readonly ViewComparison[],
  write: (name: string, content: Uint8Array) => Promise<string>,
): Promise<{ photoId: number; file: string }[]> {
  const pairs: { photoId: number; file: string }[] = [];
  for (const { photoId, pair } of views) {
    if (pair !== undefined) pairs.push({ photoId, file: await write(`pair-${pairs.length + 1}.jpg`, pair) });
  }
  return pairs;
}

function sizeOf(positions: Float32Array): [number, number, number] {
  const size = [0, 1, 2].map((axis) => {
    let minimum = Number.POSITIVE_INFINITY;
    let maximum = Number.NEGATIVE_INFINITY;
    for (let i = axis; i < positions.length; i += 3) {
      minimum = Math.min(minimum, positions[i]!);
      maximum = Math.max(maximum, positions[i]!);
    }
    return maximum - minimum;
  });
  return [size[0]!, size[1]!, size[2]!];
}

function meanOf(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : known.reduce((sum, value) => sum + value, 0) / known.length;
}
