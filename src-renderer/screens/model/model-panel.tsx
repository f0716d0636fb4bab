import { useStore } from 'zustand';
import type { JobResource } from '../../../src-shared/api/job-schemas.js';
import { denseWork, engineText, usesOthers } from '../../../src-shared/pipeline/engines-as-text.js';
import { formatBytes, formatCount } from '../../../src-shared/pipeline/figures-as-text.js';
import type { QaReport } from '../../../src-shared/pipeline/qa-report.js';
import type { Artifact } from '../../api/answers.js';
import { useStudio } from '../../stores/use-studio.js';
import { Picture } from '../../ui/picture.js';
import { texts } from '../../ui/texts.js';
import type { LoadedModel } from '../../viewport/load-model.js';
import type { ModelCamera } from '../../viewport/model-camera.js';
import { ModelFiles } from './model-files.js';
import { QualityFindings } from './quality-findings.js';

interface ModelPanelProps {
  readonly job: JobResource;
  readonly artifacts: readonly Artifact[];
  /** As it is shown; undefined where it cannot be. */
  readonly model: LoadedModel | undefined;
  readonly cameras: readonly ModelCamera[];
}

/** What the model is, how good it is, and its files. */
export function ModelPanel({ job, artifacts, model, cameras }: ModelPanelProps) {
  const { capture } = useStudio();
  const quality = useStore(capture, (state) => state.quality);
  return (
    <aside className="panel model-panel" aria-label={texts.model.title}>
      {quality?.model && <Facts quality={quality} />}
      {quality && <QualityFindings job={job} quality={quality} model={model} cameras={cameras} />}
      {quality && <LeftOut job={job} quality={quality} />}
      <ModelFiles job={job} artifacts={artifacts} />
    </aside>
  );
}

function Facts({ quality: { mesh, texture, model, engines } }: { readonly quality: QaReport }) {
  if (!model) return null;
  const size = model.sizeInGlb?.map((extent) => extent.toFixed(2)).join(' × ');
  return (
    <section>
      <h2 className="panel-title">{texts.model.facts}</h2>
      <dl className="facts">
        {mesh && <Fact name={texts.model.triangles} value={formatCount(mesh.triangles)} />}
        {texture && <Fact name={texts.model.texture} value={`${texture.sizePx} × ${texture.sizePx}`} />}
        <Fact name={texts.model.file} value={formatBytes(model.bytes)} />
        {engines && usesOthers(engines) && <Fact name={texts.model.cameras} value={engineText(engines.sfm)} />}
        {engines?.dense && usesOthers(engines) && (
          <Fact name={denseWork(engines.dense)} value={engineText(engines.dense)} />
        )}
        {size && <Fact name={texts.model.dimensions} value={model.scaleKnown ? `${size} m` : `${size}`} />}
      </dl>
      {!model.scaleKnown && <p className="facts-note">{texts.model.unscaled}</p>}
    </section>
  );
}

const Fact = ({ name, value }: { readonly name: string; readonly value: string }) => (
  <div className="fact">
    <dt>{name}</dt>
    <dd>{value}</dd>
  </div>
);

const SHOWN_LEFT_OUT = 6;
const THUMBNAIL_PX = 192;

/** The photos that were not used, with the reason. */
function LeftOut({ job, quality }: { readonly job: JobResource; readonly quality: QaReport }) {
  const { api, capture } = useStudio();
  const photos = useStore(capture, (state) => state.photos);
  const leftOut = quality.photos.list.filter(({ state }) => state === 'left-out');
  if (leftOut.length === 0) return null;
  return (
    <section>
      <h2 className="panel-title">{texts.model.leftOut(leftOut.length)}</h2>
      <ul className="left-out">
        {leftOut.slice(0, SHOWN_LEFT_OUT).map(({ name, reason }) => {
          const id = photos?.find((photo) => photo.name === name)?.photo_id;
          return (
            <li key={name}>
              <span className="left-out-picture">
                {id !== undefined && <Picture path={api.thumbnailPath(job.job_id, id, THUMBNAIL_PX)} alt="" />}
              </span>
              <span>
                <strong>{name}</strong> {reason}
              </span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
