import { Box, CircleAlert, LoaderCircle } from 'lucide-react';
import { useEffect, useMemo } from 'react';
import { useStore } from 'zustand';
import type { JobResource } from '../../../src-shared/api/job-schemas.js';
import { hasEnded } from '../../../src-shared/job/job-state.js';
import { useStudio } from '../../stores/use-studio.js';
import { Button } from '../../ui/button.js';
import { useKeys } from '../../ui/keys.js';
import { Message } from '../../ui/message.js';
import { texts } from '../../ui/texts.js';
import { ModelView } from '../../viewport/model-view.js';
import { ComparePhoto } from './compare-photo.js';
import { ModelPanel } from './model-panel.js';
import { ModelToolbar } from './model-toolbar.js';
import { useModel, useModelCameras } from './use-model.js';
import './model.css';

/** The finished model, to look at from all sides and to take away. */
export function ModelScreen({ job }: { readonly job: JobResource }) {
  const { capture, route } = useStudio();
  const artifacts = useStore(capture, (state) => state.artifacts);
  const hasModel = artifacts?.some(({ name }) => name === 'model.glb');
  if (!hasEnded(job.status) || (artifacts?.length === 0 && job.expired_at === null)) {
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
  return (
    <div className="model">
      {hasModel ? (
        <ModelStage key={`${job.job_id} ${job.finished_at}`} job={job} />
      ) : (
        <section className="stage">
          <Message icon={Box} title={texts.model.noModel} hint={texts.model.noModelHint} />
        </section>
      )}
      <ModelPanel job={job} artifacts={artifacts} />
    </div>
  );
}

function ModelStage({ job }: { readonly job: JobResource }) {
  const { modelView } = useStudio();
  const loaded = useModel(job.job_id, job.finished_at);
  const cameras = useModelCameras(job.job_id);
  const chosen = useStore(modelView, (state) => state.camera);
  const canShow3D = useMemo(hasWebGl, []);
  const camera = chosen === undefined ? undefined : cameras[chosen];
  useEffect(() => () => modelView.getState().set({ camera: undefined }), [modelView]);
  const { set, fit } = modelView.getState();
  useKeys({
    t: () => set({ surface: 'texture' }),
    c: () => set({ surface: 'clay' }),
    w: () => set({ surface: 'wireframe' }),
    n: () => set({ surface: 'normals' }),
    k: () => set({ showsCameras: !modelView.getState().showsCameras }),
    r: () => set({ turns: !modelView.getState().turns }),
    f: fit,
    Escape: () => set({ camera: undefined }),
  });
  if (!canShow3D) {
    return (
      <section className="stage">
        <Message icon={CircleAlert} title={texts.model.webglLost} hint={texts.model.webglLostHint} />
      </section>
    );
  }
  return (
    <section className="stage" aria-label={texts.model.viewer}>
      {loaded.state === 'loading' && (
        <p className="stage-loading" role="status">
          <LoaderCircle size={22} className="spin" aria-hidden /> {texts.model.loading}
        </p>
      )}
      {loaded.state === 'failed' && <Message icon={CircleAlert} tone="bad" title={loaded.title} hint={loaded.hint} />}
      {loaded.state === 'ready' && (
        <>
          <ModelView model={loaded.model} cameras={cameras} />
          {camera ? (
            <ComparePhoto jobId={job.job_id} camera={camera} count={cameras.length} />
          ) : (
            <ModelToolbar hasCameras={cameras.length > 0} />
          )}
        </>
      )}
    </section>
  );
}

function hasWebGl(): boolean {
  return document.createElement('canvas').getContext('webgl2') !== null;
}
