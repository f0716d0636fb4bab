import { readFile } from 'node:fs/promises';
import { StudioError } from '../../../src-shared/errors/studio-error.js';
import type { CameraPrior } from '../../../src-shared/scene/camera.js';
import type { Photo } from '../../../src-shared/scene/photo.js';
import { writeAtomic } from '../../workspace/write-atomic.js';
import { intrinsicOfCamera } from './openmvg-cameras.js';
import { parseSfmData, type SfmData, sfmDataText } from './sfm-data.js';

export interface ListingInput {
  readonly photos: readonly Photo[];
  readonly cameras: readonly CameraPrior[];
  /** The photo that a file name stands for. */
  readonly photoIdOf: (filename: string) => number;
}

/**
 * Gives the photos of a listing their own ids and cameras: OpenMVG's program takes one focal length for all photos, joins cameras
 * of one size, and knows no distortion beforehand.
 *
 * @param path of the sfm_data.json, which is replaced
 * @throws TOOL_OUTPUT_UNREADABLE when it does not list all photos
 */
export async function writeListing(path: string, { photos, cameras, photoIdOf }: ListingInput): Promise<void> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new StudioError('TOOL_OUTPUT_UNREADABLE', { message: 'OpenMVG wrote no list of the photos.', cause });
  });
  const listed = parseSfmData(text);
  const photoOf = new Map(photos.map((photo) => [photo.photoId, photo]));
  const views = listed.views
    .flatMap((view) => {
      const photo = photoOf.get(photoIdOf(view.filename));
      if (photo === undefined) return [];
      const { photoId, cameraId, width, height } = photo;
      return [{ ...view, viewId: photoId, poseId: photoId, intrinsicId: cameraId, width, height }];
    })
    .sort((a, b) => a.viewId - b.viewId);
  if (views.length !== photos.length) {
    throw new StudioError('TOOL_OUTPUT_UNREADABLE', {
      message: `OpenMVG could read ${views.length} of ${photos.length} photos.`,
      details: { listed: views.length, photos: photos.length },
    });
  }
  const used = new Set(photos.map(({ cameraId }) => cameraId));
  const intrinsics = cameras
    .filter(({ cameraId }) => used.has(cameraId))
    .map((camera) => [camera.cameraId, intrinsicOfCamera(camera, camera.focalSource !== 'given')] as const);
  const data: SfmData = { ...listed, views, intrinsics: new Map(intrinsics), poses: new Map(), landmarks: [] };
  await writeAtomic(path, sfmDataText(data));
}
