import type { CameraPrior } from '../../../../src-shared/scene/camera.js';
import type { PhotoFeatures } from '../../../../src-shared/scene/features.js';
import type { MatchGraph } from '../../../../src-shared/scene/match-graph.js';
import type { Photo } from '../../../../src-shared/scene/photo.js';
import type { StageFolder } from '../../../workspace/stage-folder.js';
import { PhotoLinks } from './photo-links.js';

/** All that mapping reads, in memory. Photos are indexed by photoId, cameras by their place in the list. */
export interface MappingScene {
  readonly photos: readonly Photo[];
  readonly cameras: readonly CameraPrior[];
  /** Uint32Array[photos], index of each photo's camera in `cameras`. */
  readonly photoCameras: Uint32Array;
  /** Per photo: Float32Array[n*2], x, y of the keypoints, pixels. */
  readonly keypoints: readonly Float32Array[];
  /** Per photo: Uint8Array[n*3]. */
  readonly colors: readonly Uint8Array[];
  readonly graph: MappingGraph;
  readonly links: PhotoLinks;
}

/** The arrays of a MatchGraph file. */
export type MappingGraph = {
  readonly pairs: Uint32Array;
  readonly offsets: Uint32Array;
  readonly matches: Uint32Array;
  readonly kinds: Uint8Array;
  readonly cam2FromCam1: Float64Array;
  readonly medianAnglesDeg: Float32Array;
  readonly homographyRatios: Float32Array;
};

export interface MappingInput {
  readonly photos: readonly Photo[];
  readonly cameras: readonly CameraPrior[];
  readonly features: readonly PhotoFeatures[];
  readonly graph: MatchGraph;
}

/**
 * Reads keypoints, colours and the match graph.
 *
 * @param minPairMatches pairs with fewer matches do not link photos
 */
export async function readMappingScene(
  input: MappingInput,
  minPairMatches: number,
  folder: StageFolder,
): Promise<MappingScene> {
  const { photos, cameras } = input;
  const keypoints = photos.map(() => new Float32Array(0));
  const colors = photos.map(() => new Uint8Array(0));
  for (const { photoId, file } of input.features) {
    const { arrays } = await folder.readArrays<{ keypoints: Float32Array; colors: Uint8Array }>(file);
    const count = arrays.keypoints.length / 4;
    const positions = new Float32Array(count * 2);
    for (let i = 0; i < count; i++) {
      positions[i * 2] = arrays.keypoints[i * 4]!;
      positions[i * 2 + 1] = arrays.keypoints[i * 4 + 1]!;
    }
    keypoints[photoId] = positions;
    colors[photoId] = arrays.colors.slice();
  }
  const indexOfCamera = new Map(cameras.map((camera, index) => [camera.cameraId, index]));
  const photoCameras = Uint32Array.from(photos, (photo) => indexOfCamera.get(photo.cameraId) ?? 0);
  const { arrays: graph } = await folder.readArrays<MappingGraph>(input.graph.file);
  const links = new PhotoLinks(photos.length, graph, minPairMatches);
  return { photos, cameras, photoCameras, keypoints, colors, graph, links };
}
