import { unzip } from 'fflate';
import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import type { AtlasApi } from '../../api/atlas-api.js';
import { explain } from '../../stores/notice-of.js';
import { useStudio } from '../../stores/use-studio.js';
import { disposeModel, type LoadedModel, loadModel } from '../../viewport/load-model.js';
import { type ModelCamera, readModelCameras } from '../../viewport/model-camera.js';

export type ModelState =
  | { readonly state: 'loading' }
  | { readonly state: 'ready'; readonly model: LoadedModel }
  | { readonly state: 'failed'; readonly title: string; readonly hint: string };

/**
 * Loads the model of a capture. While another version of it is loaded, the one before stays.
 *
 * @param version changes when the model has been made again
 */
export function useModel(jobId: string, version: string | undefined): ModelState {
  const { api } = useStudio();
  const [result, setResult] = useState<ModelState>({ state: 'loading' });
  // biome-ignore lint/correctness/useExhaustiveDependencies: another version is loaded anew
  useEffect(() => {
    let isCurrent = true;
    api
      .blob(api.artifactPath(jobId, 'model.glb'))
      .then((blob) => blob.arrayBuffer())
      .then(loadModel)
      .then(
        (model) => (isCurrent ? setResult({ state: 'ready', model }) : disposeModel(model)),
        (error: unknown) => isCurrent && setResult({ state: 'failed', ...explain(error) }),
      );
    return () => {
      isCurrent = false;
    };
  }, [api, jobId, version]);
  const model = result.state === 'ready' ? result.model : undefined;
  useEffect(() => () => model && disposeModel(model), [model]);
  return result;
}

/** The solved cameras in the model's coordinates; none while they are not known. */
export function useModelCameras(jobId: string): readonly ModelCamera[] {
  const { api, capture } = useStudio();
  const modelToGlb = useStore(capture, (state) => state.quality?.model?.modelToGlb);
  const hasCameras = useStore(capture, (state) => state.artifacts?.some(({ name }) => name === 'colmap.zip') ?? false);
  const [cameras, setCameras] = useState<readonly ModelCamera[]>([]);
  useEffect(() => {
    if (!modelToGlb || !hasCameras) return;
    let isCurrent = true;
    readZippedCameras(api, jobId, modelToGlb).then(
      (found) => isCurrent && setCameras(found),
      // Without cameras the model is still worth looking at.
      () => undefined,
    );
    return () => {
      isCurrent = false;
    };
  }, [api, jobId, modelToGlb, hasCameras]);
  return cameras;
}

async function readZippedCameras(api: AtlasApi, jobId: string, modelToGlb: readonly number[]) {
  const blob = await api.blob(api.artifactPath(jobId, 'colmap.zip'));
  const bytes = new Uint8Array(await blob.arrayBuffer());
  const files = await new Promise<Record<string, Uint8Array>>((resolve, reject) =>
    unzip(bytes, { filter: ({ name }) => /(cameras|images)\.txt$/.test(name) }, (error, found) =>
      error ? reject(error) : resolve(found),
    ),
  );
  const text = (ending: string) => {
    const name = Object.keys(files).find((path) => path.endsWith(ending));
    return new TextDecoder().decode(name === undefined ? undefined : files[name]);
  };
  return readModelCameras(text('cameras.txt'), text('images.txt'), modelToGlb);
}
