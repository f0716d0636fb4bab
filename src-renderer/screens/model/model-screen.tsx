import { Box, CircleAlert, LoaderCircle } from 'lucide-react';
import { useEffect, useMemo } from 'react';
import { useStore } from 'zustand';
import type { JobResource } from '../../../src-shared/api/job-schemas.js';
import { hasEnded } from '../../../src-shared/job/job-state.js';
import type { Artifact } from '../../api/answers.js';
import { type EditTool, editsOf } from '../../stores/model-edit-store.js';
import { useStudio } from '../../stores/use-studio.js';
import { Button } from '../../ui/button.js';
import { useKeys } from '../../ui/keys.js';
import { Message } from '../../ui/message.js';
import { texts } from '../../ui/texts.js';
import { editFrame } from '../../viewport/edit-frame.js';
import { ModelView } from '../../viewport/model-view.js';
import { ComparePhoto } from './compare-photo.js';
import { EditBar } from './edit/edit-bar.js';
import { EditPanel } from './edit/edit-panel.js';
import { EditTools } from './edit/edit-tools.js';
import { useUndoKeys } from './edit/use-undo-keys.js';
import { ModelPanel } from './model-panel.js';
import { ModelToolbar } from './model-toolbar.js';
import { useModel, useModelCameras } from './use-model.js';
import { UvAtlas } from './uv-atlas.js';
import './model.css';

/** The finished model, to look at from all sides, to edit and to take away. */
export function ModelScreen({ job }: { readonly job: JobResource }) {
  const { capture, route } = useStudio();
  const artifacts = useStore(capture, (state) => state.artifacts);
  const hasModel = artifacts?.some(({ name }) => name === 'model.glb');
  const isFirst = !hasEnded(job.status) && job.artifacts_from === null;
  if (isFirst || (artifacts?.length === 0 && job.expired_at === null)) {
    return (
      <Message icon={Box} title={texts.model.pending} hint={texts.model.pendingHint}>
        <Button onPress={() => route.getState().go({ screen: 'capture', jobId: job.job_id, tab: 'progress' })}>
          {texts.model.seeProgress}
        </Button>
      </Message>
    );
  }
  if (job.expired_at !== null) {
    return <Message icon={Box} title={texts.model.expired} hint={texts.model.expiredHint} />;
  }
  if (!artifacts) return null;
  if (hasModel) return <ModelStage key={job.job_id} job={job} artifacts={artifacts} />;
  return (
    <div className="model">
      <section className="stage">
        <Message icon={Box} title={texts.model.noModel} hint={texts.model.noModelHint} />
      </section>
      <ModelPanel job={job} artifacts={artifacts} model={undefined} cameras={[]} />
    </div>
  );
}

interface ModelStageProps {
  readonly job: JobResource;
  readonly artifacts: readonly Artifact[];
}

function ModelStage({ job, artifacts }: ModelStageProps) {
  const { modelView, modelEdit, capture } = useStudio();
  const quality = useStore(capture, (state) => state.quality);
  // The report tells which model it is of: model and frames are never of two versions.
  const loaded = useModel(job.job_id, quality?.model?.sha256);
  const cameras = useModelCameras(job.job_id);
  const chosen = useStore(modelView, (state) => state.camera);
  const surface = useStore(modelView, (state) => state.surface);
  const tool = useStore(modelEdit, (state) => state.tool);
  const canShow3D = useMemo(hasWebGl, []);
  const frame = useMemo(() => quality?.model && editFrame(quality.model), [quality]);
  const camera = chosen === undefined ? undefined : cameras[chosen];
  const model = loaded.state === 'ready' ? loaded.model : undefined;
  useEffect(() => {
    if (quality?.model) modelEdit.getState().open(job.job_id, editsOf(quality.options));
  }, [modelEdit, job.job_id, quality]);
  useEffect(
    () => () => {
      modelView.getState().set({ camera: undefined });
      modelEdit.getState().use(undefined);
    },
    [modelView, modelEdit],
  );
  const use = (wanted: EditTool | undefined) => {
    modelEdit.getState().use(wanted);
    if (wanted) modelView.getState().set({ camera: undefined, turns: false });
  };
  useModelKeys(use);
  if (!canShow3D) {
    return (
      <div className="model">
        <section className="stage">
          <Message icon={CircleAlert} title={texts.model.webglLost} hint={texts.model.webglLostHint} />
        </section>
        <ModelPanel job={job} artifacts={artifacts} model={undefined} cameras={[]} />
      </div>
    );
  }
  return (
    <div className="model">
      <section className="stage" aria-label={texts.model.viewer}>
        {loaded.state === 'loading' && (
          <p className="stage-loading" role="status">
            <LoaderCircle size={22} className="spin" aria-hidden /> {texts.model.loading}
          </p>
        )}
        {loaded.state === 'failed' && <Message icon={CircleAlert} tone="bad" title={loaded.title} hint={loaded.hint} />}
        {model && (
          <>
            <ModelView model={model} cameras={cameras} frame={frame} />
            {camera ? (
              <ComparePhoto jobId={job.job_id} camera={camera} count={cameras.length} />
            ) : (
              <>
                {frame && <EditTools onUse={use} />}
                <ModelToolbar hasCameras={cameras.length > 0} />
                {surface === 'uv' && !tool && <UvAtlas model={model} />}
              </>
            )}
            <EditBar job={job} />
          </>
        )}
      </section>
      {tool && model && frame ? (
        <EditPanel model={model} frame={frame} />
      ) : (
        <ModelPanel job={job} artifacts={artifacts} model={model} cameras={cameras} />
      )}
    </div>
  );
}

function useModelKeys(use: (tool: EditTool | undefined) => void): void {
  const { modelView, modelEdit } = useStudio();
  const { set, fit } = modelView.getState();
  const toggle = (tool: EditTool) => () => use(modelEdit.getState().tool === tool ? undefined : tool);
  useKeys({
    t: () => set({ surface: 'texture' }),
    c: () => set({ surface: 'clay' }),
    w: () => set({ surface: 'wireframe' }),
    n: () => set({ surface: 'normals' }),
    u: () => set({ surface: 'uv' }),
    k: () => set({ showsCameras: !modelView.getState().showsCameras }),
    r: () => set({ turns: !modelView.getState().turns }),
    f: fit,
    x: toggle('crop'),
    e: toggle('turn'),
    m: toggle('measure'),
    Escape: () => {
      if (modelEdit.getState().tool) use(undefined);
      else set({ camera: undefined });
    },
  });
  useUndoKeys(modelEdit);
}

function hasWebGl(): boolean {
  return document.createElement('canvas').getContext('webgl2') !== null;
}
