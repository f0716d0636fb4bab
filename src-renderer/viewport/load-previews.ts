import type { BufferGeometry } from 'three';
import { PLYLoader } from 'three/addons/loaders/PLYLoader.js';
import type { AtlasApi } from '../api/atlas-api.js';
import type { PreviewState, PreviewStore } from '../stores/preview-store.js';
import type { LiveLayers } from './live-layers.js';

/**
 * Brings each preview of the store into the layers as soon as its file is here. A file that has gone meanwhile was replaced by a
 * later one.
 *
 * @param onChange called after each change of the layers
 * @returns ends it
 */
export function feedLayers(
  previews: PreviewStore,
  api: AtlasApi,
  layers: LiveLayers,
  onChange: () => void,
): () => void {
  const abort = new AbortController();
  const loader = new PLYLoader();
  /** Event ids that were asked for. */
  const asked = new Set<string>();

  const load = async (
    eventId: string,
    isWanted: (state: PreviewState) => boolean,
    show: (g: BufferGeometry) => void,
  ) => {
    const { jobId } = previews.getState();
    if (asked.has(eventId) || jobId === undefined) return;
    asked.add(eventId);
    const file = await api.blob(api.previewPath(jobId, eventId), abort.signal).catch(() => undefined);
    const bytes = await file?.arrayBuffer();
    if (!bytes || abort.signal.aborted || !isWanted(previews.getState())) return;
    show(loader.parse(bytes));
    onChange();
  };

  const follow = (state: PreviewState, before: PreviewState | undefined) => {
    if (state.sparse && state.sparse !== before?.sparse) layers.showSparse(state.sparse);
    if (before?.mesh !== undefined && state.mesh === undefined) layers.showMesh(undefined);
    if (before && hasDense(before) && !hasDense(state)) layers.hideDense();
    onChange();
    const { dense, mesh } = state;
    if (mesh !== undefined)
      void load(
        mesh,
        (now) => now.mesh === mesh,
        (geometry) => layers.showMesh(geometry),
      );
    if (dense !== undefined) {
      void load(
        dense,
        (now) => now.dense === dense,
        (geometry) => layers.showDense(undefined, geometry),
      );
      return;
    }
    for (const [photoId, eventId] of state.densePerPhoto) {
      const isWanted = (now: PreviewState) => now.dense === undefined && now.densePerPhoto.get(photoId) === eventId;
      void load(eventId, isWanted, (geometry) => layers.showDense(photoId, geometry));
    }
  };

  follow(previews.getState(), undefined);
  const unsubscribe = previews.subscribe((state, before) => {
    if (CONTENT.some((name) => state[name] !== before[name])) follow(state, before);
  });
  return () => {
    unsubscribe();
    abort.abort();
  };
}

const hasDense = ({ dense, densePerPhoto }: PreviewState): boolean => dense !== undefined || densePerPhoto.size > 0;

const CONTENT = ['sparse', 'densePerPhoto', 'dense', 'mesh'] as const;
