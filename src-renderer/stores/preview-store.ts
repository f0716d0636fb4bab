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

export interface PreviewState {
  readonly jobId: string | undefined;
  readonly sparse: SparsePreview | undefined;
  /** Ids of the events whose pictures show depth maps, newest last. */
  readonly depthMaps: readonly string[];
  reset(jobId: string): void;
  take(jobId: string, preview: Preview, eventId: string): void;
}

const KEPT_DEPTH_MAPS = 60;

/** What the running job has shown of itself so far. */
export function createPreviewStore() {
  return createStore<PreviewState>()((set, get) => ({
    jobId: undefined,
    sparse: undefined,
    depthMaps: [],
    reset(jobId) {
      set({ jobId, sparse: undefined, depthMaps: [] });
    },
    take(jobId, preview, eventId) {
      if (get().jobId !== jobId) return;
      if (preview.kind === 'sparse') set({ sparse: toArrays(preview) });
      else if (preview.kind === 'depth-map') {
        set(({ depthMaps }) => ({
          depthMaps: [...depthMaps.filter((id) => id !== eventId), eventId].slice(-KEPT_DEPTH_MAPS),
        }));
      }
    },
  }));
}

export type PreviewStore = ReturnType<typeof createPreviewStore>;

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
