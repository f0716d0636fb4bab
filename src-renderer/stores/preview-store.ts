import { createStore } from 'zustand/vanilla';
import type { Preview } from '../api/answers.js';

/** Cameras and points as they are solved. Arrays are replaced with each event, never changed. */
export interface SparsePreview {
  /** World coordinates of each camera's centre: x, y, z. */
  readonly centers: Float32Array;
  /** World-to-camera rotation of each camera, row-major, 9 numbers each. */
  readonly rotations: Float32Array;
  readonly positions: Float32Array;
  /** Red, green, blue 0..1, as the photos say (sRGB). */
  readonly colors: Float32Array;
}

/** What the live view shows at the moment, for people to read. */
export interface ShownFigures {
  readonly cameras: number;
  readonly points: number;
  /** 0 until there is a surface. */
  readonly triangles: number;
}

/** Previews that have a file are named by the id of their event. */
export interface PreviewState {
  readonly jobId: string | undefined;
  readonly sparse: SparsePreview | undefined;
  /** By photo, newest last. */
  readonly depthMaps: ReadonlyMap<number, string>;
  /** Samples of the points of single photos, and of all of them together. */
  readonly densePerPhoto: ReadonlyMap<number, string>;
  readonly dense: string | undefined;
  readonly mesh: string | undefined;
  readonly shown: ShownFigures | undefined;
  reset(jobId: string): void;
  take(jobId: string, preview: Preview, eventId: string): void;
  setShown(shown: ShownFigures): void;
}

const NOTHING = {
  ...{ sparse: undefined, dense: undefined, mesh: undefined, shown: undefined },
  ...{ depthMaps: new Map<number, string>(), densePerPhoto: new Map<number, string>() },
};

/** What the running job has shown of itself so far. */
export function createPreviewStore() {
  return createStore<PreviewState>()((set, get) => ({
    ...{ jobId: undefined, ...NOTHING },
    reset: (jobId) => set({ jobId, ...NOTHING }),
    take(jobId, preview, eventId) {
      if (get().jobId !== jobId) return;
      switch (preview.kind) {
        case 'sparse':
          // Cameras that are solved again: what was made from earlier ones no longer belongs to them.
          set({ sparse: toArrays(preview), dense: undefined, densePerPhoto: NOTHING.densePerPhoto, mesh: undefined });
          break;
        case 'depth-map':
          set(({ depthMaps }) => ({ depthMaps: withNewest(depthMaps, preview.photoId, eventId) }));
          break;
        case 'dense': {
          const { photoId } = preview;
          if (photoId === undefined) set({ dense: eventId, mesh: undefined });
          else set(({ densePerPhoto }) => ({ densePerPhoto: withNewest(densePerPhoto, photoId, eventId) }));
          break;
        }
        case 'mesh':
          set({ mesh: eventId });
      }
    },
    setShown: (shown) => set({ shown }),
  }));
}

export type PreviewStore = ReturnType<typeof createPreviewStore>;

function withNewest(ids: ReadonlyMap<number, string>, photoId: number, eventId: string): Map<number, string> {
  const next = new Map(ids);
  next.delete(photoId);
  return next.set(photoId, eventId);
}

function toArrays({ cameras, points }: Preview & { readonly kind: 'sparse' }): SparsePreview {
  const count = Math.floor(points.length / 6);
  const positions = new Float32Array(count * 3);
  const colors = new Float32Array(count * 3);
  for (let i = 0; i < count; i++) {
    for (let axis = 0; axis < 3; axis++) {
      positions[i * 3 + axis] = points[i * 6 + axis] ?? 0;
      colors[i * 3 + axis] = (points[i * 6 + 3 + axis] ?? 0) / 255;
    }
  }
  return {
    ...{ positions, colors },
    centers: Float32Array.from(cameras.flatMap(({ center }) => center)),
    rotations: Float32Array.from(cameras.flatMap(({ R }) => R)),
  };
}
