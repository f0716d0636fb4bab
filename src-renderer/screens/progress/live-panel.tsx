import { lazy, Suspense } from 'react';
import { useStore } from 'zustand';
import type { JobResource } from '../../../src-shared/api/job-schemas.js';
import { hasEnded } from '../../../src-shared/job/job-state.js';
import { useStudio } from '../../stores/use-studio.js';
import { texts } from '../../ui/texts.js';

const LiveView = lazy(() => import('../../viewport/live-view.js').then(({ LiveView: view }) => ({ default: view })));

/** What the run has found so far: cameras and points, the dense cloud, the surface. */
export function LivePanel({ job }: { readonly job: JobResource }) {
  const { previews } = useStudio();
  const hasContent = useStore(
    previews,
    (state) => state.jobId === job.job_id && (state.sparse ?? state.dense ?? state.mesh) !== undefined,
  );
  const shown = useStore(previews, (state) => state.shown);
  if (!hasContent) {
    return (
      <div className="live-empty">
        <p>{hasEnded(job.status) ? texts.progress.liveOver : texts.progress.livePending}</p>
      </div>
    );
  }
  return (
    <>
      <Suspense fallback={null}>
        <LiveView />
      </Suspense>
      {shown && (
        <p className="live-counts">
          {shown.triangles > 0
            ? texts.progress.liveSurface(shown.triangles)
            : texts.progress.liveCameras(shown.cameras, shown.points)}
        </p>
      )}
    </>
  );
}
