import { createStore } from 'zustand/vanilla';

export const SURFACES = ['texture', 'clay', 'wireframe', 'normals', 'uv'] as const;
export type Surface = (typeof SURFACES)[number];

export interface ModelViewState {
  readonly surface: Surface;
  /** `flat`: the colours as they were photographed; `studio`: lit by soft lights. */
  readonly light: 'studio' | 'flat';
  readonly showsCameras: boolean;
  readonly turns: boolean;
  /** Index of the camera that is looked through. */
  readonly camera: number | undefined;
  /** Share of the photo that is shown over the render, 0..1. */
  readonly split: number;
  /** Raised to ask the view to show everything. */
  readonly fitRequests: number;
  set(change: Partial<Omit<ModelViewState, 'set' | 'fit'>>): void;
  fit(): void;
}

const INITIAL = {
  surface: 'texture',
  light: 'studio',
  showsCameras: false,
  turns: false,
  camera: undefined,
  split: 0.5,
  fitRequests: 0,
} as const satisfies Partial<ModelViewState>;

/** How the model is looked at. */
export function createModelViewStore() {
  return createStore<ModelViewState>()((set) => ({
    ...INITIAL,
    set: (change) => set(change),
    fit: () => set(({ fitRequests }) => ({ fitRequests: fitRequests + 1, camera: undefined })),
  }));
}

export type ModelViewStore = ReturnType<typeof createModelViewStore>;
