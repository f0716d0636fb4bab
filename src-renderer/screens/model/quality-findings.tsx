import { CircleAlert, CircleCheck, CircleDot } from 'lucide-react';
import { useMemo } from 'react';
import { useStore } from 'zustand';
import type { JobResource } from '../../../src-shared/api/job-schemas.js';
import type { QaReport } from '../../../src-shared/pipeline/qa-report.js';
import { useStudio } from '../../stores/use-studio.js';
import { Picture } from '../../ui/picture.js';
import { texts } from '../../ui/texts.js';
import type { LoadedModel } from '../../viewport/load-model.js';
import type { ModelCamera } from '../../viewport/model-camera.js';
import { type Finding, findingsOf, type Grade } from './findings.js';
import { useFindingPictures } from './use-finding-pictures.js';

const GRADE_ICONS = { good: CircleCheck, fair: CircleDot, poor: CircleAlert } as const satisfies Record<Grade, unknown>;
const THUMBNAIL_PX = 384;

interface QualityFindingsProps {
  readonly job: JobResource;
  readonly quality: QaReport;
  readonly model: LoadedModel | undefined;
  readonly cameras: readonly ModelCamera[];
}

/** How good the model is, in plain words, with a picture of each problem. */
export function QualityFindings({ job, quality, model, cameras }: QualityFindingsProps) {
  const findings = useMemo(() => findingsOf(quality), [quality]);
  const drawings = useFindingPictures(findings, model, cameras);
  return (
    <section>
      <h2 className="panel-title">{texts.model.quality}</h2>
      <ul className="findings">
        {findings.map((finding) => {
          const { id, grade, title, hint } = finding;
          const Icon = GRADE_ICONS[grade];
          return (
            <li key={id} className={`finding finding-${grade}`}>
              <Icon size={17} aria-hidden />
              <div className="finding-body">
                <p className="finding-title">
                  <span className="visually-hidden">{texts.model.grades[grade]}: </span>
                  {title}
                </p>
                {hint && <p className="finding-hint">{hint}</p>}
                <Proof job={job} finding={finding} cameras={cameras} drawing={drawings.get(id)} />
              </div>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

interface ProofProps {
  readonly job: JobResource;
  readonly finding: Finding;
  readonly cameras: readonly ModelCamera[];
  /** Address of the drawing, as soon as it is there. */
  readonly drawing: string | undefined;
}

function Proof({ job, finding: { proof, title }, cameras, drawing }: ProofProps) {
  const { modelView } = useStudio();
  if (!proof) return null;
  if (proof.kind === 'photos') {
    return (
      <div className="proof proof-photos">
        {proof.names.map((name) => (
          <PhotoProof key={name} job={job} name={name} />
        ))}
      </div>
    );
  }
  const image = drawing ? (
    <img className="picture picture-cover" src={drawing} alt={proof.kind === 'pair' ? texts.model.render : title} />
  ) : (
    <span className="picture picture-pending" aria-hidden />
  );
  if (proof.kind !== 'pair') return <div className="proof proof-drawing">{image}</div>;
  const camera = cameras.findIndex(({ name }) => name === proof.name);
  return (
    <button
      type="button"
      className="proof proof-pair"
      disabled={camera < 0}
      aria-label={texts.model.compareWith(proof.name)}
      onClick={() => modelView.getState().set({ camera })}
    >
      <PhotoProof job={job} name={proof.name} />
      {camera >= 0 && <span className="proof-photo">{image}</span>}
    </button>
  );
}

function PhotoProof({ job, name }: { readonly job: JobResource; readonly name: string }) {
  const { api, capture } = useStudio();
  const id = useStore(capture, (state) => state.photos?.find((photo) => photo.name === name)?.photo_id);
  return (
    <span className="proof-photo" title={name}>
      {id !== undefined && <Picture path={api.thumbnailPath(job.job_id, id, THUMBNAIL_PX)} alt={name} />}
    </span>
  );
}
