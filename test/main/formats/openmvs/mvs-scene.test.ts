import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { decodeMvsScene, encodeMvsScene, type MvsScene } from '#main/formats/openmvs/mvs-scene.js';
import { hasRecorded, recorded } from '../../adapters/recorded.js';

const scene = (version: number): MvsScene => ({
  version,
  platforms: [
    {
      name: 'rig',
      cameras: [
        {
          ...{ name: 'camera', bandName: version > 3 ? 'RGB' : '', K: [700, 0, 319.5, 0, 700, 239.5, 0, 0, 1] },
          ...(version > 0 ? { width: 640, height: 480 } : { width: 0, height: 0 }),
          ...{ R: [1, 0, 0, 0, 1, 0, 0, 0, 1], C: [0, 0, 0] },
        },
      ],
      poses: [{ R: [0, 1, 0, -1, 0, 0, 0, 0, 1], C: [1, 2, 3] }],
    },
  ],
  images: [
    {
      ...{
        name: 'images/ä.png',
        maskName: version > 4 ? 'images/ä.mask.png' : '',
        platformId: 0,
        cameraId: 0,
        poseId: 0,
      },
      ...{ id: version > 2 ? 7 : 0xffff_ffff, scores: scores(version) },
    },
  ],
  rest: Uint8Array.of(1, 2, 3),
});

/** Three depths and one neighbour. */
function scores(version: number): Uint8Array {
  const bytes = new Uint8Array(version > 6 ? 12 + 8 + 24 : 0);
  if (version > 6) bytes[12] = 1;
  return bytes;
}

describe('a scene of OpenMVS', () => {
  it.each([0, 1, 2, 3, 4, 5, 6, 7])('of version %i is read as it was written', (version) => {
    expect(decodeMvsScene(encodeMvsScene(scene(version)))).toEqual(scene(version));
  });

  it('that is none, too new or cut off is refused', () => {
    const bytes = encodeMvsScene(scene(6));
    expect(() => decodeMvsScene(Uint8Array.from([1, ...bytes.slice(1)]))).toThrow('not a scene');
    expect(() => decodeMvsScene(encodeMvsScene({ ...scene(7), version: 8 }))).toThrow('version 8');
    for (const length of [0, 6, 40, 120, bytes.length - 20]) {
      expect(() => decodeMvsScene(bytes.slice(0, length))).toThrow(
        expect.objectContaining({ code: 'TOOL_OUTPUT_UNREADABLE' }),
      );
    }
    // A count that cannot be: what makes OpenMVS itself abort.
    const huge = bytes.slice();
    huge[12 + 7] = 0x7f;
    expect(() => decodeMvsScene(huge)).toThrow('too short');
  });
});

describe.skipIf(!hasRecorded)('a recorded scene of OpenMVS', () => {
  it('has the cameras, poses and images of OpenMVG, and is written as it was', async () => {
    const bytes = await readFile(recorded('mvs/scene.mvs'));
    const found = decodeMvsScene(bytes);
    expect(Buffer.compare(encodeMvsScene(found), bytes)).toBe(0);
    expect(found.images).toHaveLength(47);
    expect(found.images[0]).toMatchObject({ platformId: 0, cameraId: 0, poseId: 0 });
    const sfm = JSON.parse(await readFile(recorded('mvg/sfm_data.json'), 'utf8'));
    const { focal_length: f, principal_point: c } = sfm.intrinsics[0].value.ptr_wrapper.data;
    const camera = found.platforms[0]?.cameras[0];
    expect(camera).toMatchObject({ width: 480, height: 640 });
    expect([camera?.K[0], camera?.K[2], camera?.K[5]]).toEqual([f, c[0], c[1]]);
    const centres = found.platforms[0]?.poses.map(({ C }) => C.join(' ')).sort();
    const truth = sfm.extrinsics.map((entry: { value: { center: number[] } }) => entry.value.center.join(' ')).sort();
    expect(centres).toEqual(truth);
  });
});
