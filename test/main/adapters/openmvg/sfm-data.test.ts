import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { cameraOfIntrinsic, intrinsicOfCamera, type OpenMvgIntrinsic } from '#main/adapters/openmvg/openmvg-cameras.js';
import { parseSfmData, type SfmData, sfmDataText } from '#main/adapters/openmvg/sfm-data.js';
import { modelOfSfmData, sfmDataOfModel } from '#main/adapters/openmvg/sfm-data-model.js';
import { lensFromParameters, project } from '#main/geometry/camera-projection.js';
import { hasRecorded, recorded } from '../recorded.js';

const size = { width: 640, height: 480 };
const INTRINSICS: OpenMvgIntrinsic[] = [
  { ...size, type: 'pinhole', focal: 700, principalPoint: [319, 241], distortion: [] },
  { ...size, type: 'pinhole_radial_k1', focal: 700, principalPoint: [319, 241], distortion: [-0.1] },
  { ...size, type: 'pinhole_radial_k3', focal: 700, principalPoint: [319, 241], distortion: [-0.1, 0.03, 0.02] },
  {
    ...size,
    type: 'pinhole_brown_t2',
    focal: 700,
    principalPoint: [319, 241],
    distortion: [-0.1, 0.03, 0.02, 0.002, -0.001],
  },
];

/** As OpenMVG itself projects (`cam2ima(add_disto(x))`), pixels counted from centres. */
function openMvgPixel({ focal, principalPoint: [cx, cy], distortion }: OpenMvgIntrinsic, x: number, y: number) {
  const [k1 = 0, k2 = 0, k3 = 0, t1 = 0, t2 = 0] = distortion;
  const r2 = x * x + y * y;
  const k = k1 * r2 + k2 * r2 ** 2 + k3 * r2 ** 3;
  const dx = x * k + t2 * (r2 + 2 * x * x) + 2 * t1 * x * y;
  const dy = y * k + t1 * (r2 + 2 * y * y) + 2 * t2 * x * y;
  return [focal * (x + dx) + cx, focal * (y + dy) + cy];
}

describe.each(INTRINSICS)('the OpenMVG camera $type', (intrinsic) => {
  it('images the same point half a pixel further, as pixels are counted from the corner', () => {
    const camera = cameraOfIntrinsic(3, intrinsic);
    const lens = lensFromParameters(camera.model, camera.parameters);
    const pixel = new Float64Array(2);
    for (const [x, y] of [
      [0.3, -0.2],
      [-0.4, 0.3],
      [0, 0],
    ] as const) {
      project(lens, 0, x * 5, y * 5, 5, pixel, 0);
      const [u, v] = openMvgPixel(intrinsic, x, y);
      expect(pixel[0]).toBeCloseTo(u! + 0.5, 9);
      expect(pixel[1]).toBeCloseTo(v! + 0.5, 9);
    }
  });

  it('comes back as it was', () => {
    expect(intrinsicOfCamera(cameraOfIntrinsic(3, intrinsic), false)).toEqual(intrinsic);
  });
});

describe('a camera of ours for OpenMVG', () => {
  it('that is to be solved gets three radial coefficients', () => {
    const camera = { cameraId: 0, model: 'RADIAL', ...size, parameters: [700, 320, 240, 0, 0] } as const;
    expect(intrinsicOfCamera(camera, true)).toMatchObject({
      type: 'pinhole_radial_k3',
      principalPoint: [319.5, 239.5],
      distortion: [0, 0, 0],
    });
  });

  it('has one focal length, and pixels that are about square', () => {
    const camera = (fy: number) =>
      ({ cameraId: 0, model: 'PINHOLE', ...size, parameters: [700, fy, 320, 240] }) as const;
    expect(intrinsicOfCamera(camera(702), false).focal).toBe(701);
    expect(() => intrinsicOfCamera(camera(800), false)).toThrow('two focal lengths');
  });
});

describe('sfm_data.json', () => {
  it('that is none is refused', () => {
    expect(() => parseSfmData('{"views": 3}')).toThrow('cannot be read');
    expect(() => parseSfmData('{')).toThrow('cannot be read');
  });

  it('with cameras of two types has the name of each once, with the ids of cereal', () => {
    const intrinsics = new Map(INTRINSICS.concat(INTRINSICS).map((intrinsic, id) => [id, intrinsic]));
    const data: SfmData = { rootPath: '/i', views: [], intrinsics, poses: new Map(), landmarks: [] };
    const text = sfmDataText(data);
    expect(parseSfmData(text)).toEqual(data);
    const { intrinsics: written } = JSON.parse(text) as { intrinsics: { value: { polymorphic_id: number } }[] };
    expect(written.map(({ value }) => value.polymorphic_id)).toEqual([
      ...[2147483649, 2147483650, 2147483651, 2147483652],
      ...[1, 2, 3, 4],
    ]);
  });
});

describe.skipIf(!hasRecorded)('a recorded sfm_data.json', () => {
  let text: string;
  let data: SfmData;
  beforeAll(async () => {
    text = await readFile(recorded('mvg/sfm_data.json'), 'utf8');
    data = parseSfmData(text);
  });

  it('is read and written as it was, and is a model of ours and back', () => {
    expect(JSON.parse(sfmDataText(data))).toEqual(JSON.parse(text));
    const model = modelOfSfmData(data, () => [1, 2, 3]);
    expect(model.images).toHaveLength(47);
    expect(model.cameras).toMatchObject([{ cameraId: 0, model: 'FULL_OPENCV', width: 480, height: 640 }]);
    const back = sfmDataOfModel(model, data.rootPath, ({ name }) => name);
    const again = modelOfSfmData(parseSfmData(sfmDataText(back)), () => [1, 2, 3]);
    expect(again.cameras).toEqual(model.cameras);
    expect(again.trackPhotoIds).toEqual(model.trackPhotoIds);
    expect(again.trackPixels).toEqual(model.trackPixels);
    again.images.forEach(({ photoId, name, camFromWorld }, i) => {
      expect({ photoId, name }).toEqual({ photoId: model.images[i]!.photoId, name: model.images[i]!.name });
      camFromWorld.t.forEach((value, k) => {
        expect(value).toBeCloseTo(model.images[i]!.camFromWorld.t[k]!, 12);
      });
    });
  });

  it('has reprojection errors below a pixel with our cameras: rotations, centres and half pixels are right', () => {
    const { errors } = modelOfSfmData(data, () => undefined);
    expect(errors.length).toBeGreaterThan(2000);
    expect(errors.toSorted()[errors.length >> 1]).toBeLessThan(0.3);
  });

  it('has centres where the cameras are', () => {
    const model = modelOfSfmData(data, () => undefined);
    for (const {
      photoId,
      camFromWorld: { R, t },
    } of model.images) {
      const view = data.views.find(({ viewId }) => viewId === photoId)!;
      const { center } = data.poses.get(view.poseId)!;
      for (let row = 0; row < 3; row++) {
        const value = R[row * 3]! * center[0]! + R[row * 3 + 1]! * center[1]! + R[row * 3 + 2]! * center[2]! + t[row]!;
        expect(Math.abs(value)).toBeLessThan(1e-12);
      }
    }
  });
});
