import { CircleAlert, CircleCheck, CircleDot, Download, FileDown, Link, TriangleAlert } from 'lucide-react';
import { useStore } from 'zustand';
import type { JobResource } from '../../../src-shared/api/job-schemas.js';
import { formatBytes, formatCount } from '../../../src-shared/pipeline/figures-as-text.js';
import type { QaReport } from '../../../src-shared/pipeline/qa-report.js';
import type { Artifact } from '../../api/answers.js';
import { noticeOf } from '../../stores/notice-of.js';
import { useStudio } from '../../stores/use-studio.js';
import { Button } from '../../ui/button.js';
import { Picture } from '../../ui/picture.js';
import { texts } from '../../ui/texts.js';
import { findingsOf, type Grade } from './findings.js';

const GRADE_ICONS = { good: CircleCheck, fair: CircleDot, poor: CircleAlert } as const satisfies Record<Grade, unknown>;
const MODEL = 'model.glb';

/** What the model is, how good it is, and its files. */
export function ModelPanel({ job, artifacts }: { readonly job: JobResource; readonly artifacts: readonly Artifact[] }) {
  const { capture } = useStudio();
  const quality = useStore(capture, (state) => state.quality);
  return (
    <aside className="panel model-panel" aria-label={texts.model.title}>
      {quality?.model && <Facts quality={quality} />}
      {quality && <Quality quality={quality} />}
      {quality && <LeftOut job={job} quality={quality} />}
      <Files job={job} artifacts={artifacts} />
    </aside>
  );
}

function Facts({ quality: { mesh, texture, model } }: { readonly quality: QaReport }) {
  if (!model) return null;
  const size = model.sizeInGlb?.map((extent) => extent.toFixed(2)).join(' × ');
  return (
    <section>
      <h2 className="panel-title">{texts.model.facts}</h2>
      <dl className="facts">
        {mesh && <Fact name={texts.model.triangles} value={formatCount(mesh.triangles)} />}
        {texture && <Fact name={texts.model.texture} value={`${texture.sizePx} × ${texture.sizePx}`} />}
        <Fact name={texts.model.file} value={formatBytes(model.bytes)} />
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

function Quality({ quality }: { readonly quality: QaReport }) {
  return (
    <section>
      <h2 className="panel-title">{texts.model.quality}</h2>
      <ul className="findings">
        {findingsOf(quality).map(({ id, grade, title, hint }) => {
          const Icon = GRADE_ICONS[grade];
          return (
            <li key={id} className={`finding finding-${grade}`}>
              <Icon size={17} aria-hidden />
              <div>
                <p className="finding-title">
                  <span className="visually-hidden">{texts.model.grades[grade]}: </span>
                  {title}
                </p>
                {hint && <p className="finding-hint">{hint}</p>}
              </div>
            </li>
          );
        })}
        {quality.warnings.map(({ code, message, hint }) => (
          <li key={`${code} ${message}`} className="finding finding-fair">
            <TriangleAlert size={17} aria-hidden />
            <div>
              <p className="finding-title">{message}</p>
              <p className="finding-hint">{hint}</p>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

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

function Files({ job, artifacts }: { readonly job: JobResource; readonly artifacts: readonly Artifact[] }) {
  const { api, notices, baseUrl } = useStudio();
  const model = artifacts.find(({ name }) => name === MODEL);
  const others = artifacts.filter(({ name }) => name !== MODEL);
  const save = (name: string) =>
    api.blob(api.artifactPath(job.job_id, name)).then(
      (blob) => saveAs(blob, fileName(job.name, name)),
      (error: unknown) => notices.getState().show(noticeOf(error)),
    );
  return (
    <section className="files">
      <h2 className="panel-title">{texts.model.download}</h2>
      {model && (
        <>
          <Button kind="primary" size="l" icon={Download} onPress={() => void save(MODEL)}>
            {texts.model.downloadModel}
          </Button>
          <Button
            size="s"
            kind="quiet"
            icon={Link}
            onPress={() =>
              void navigator.clipboard
                .writeText(`${baseUrl}${model.href}`)
                .then(() => notices.getState().show({ kind: 'good', text: texts.model.linkCopied }))
            }
          >
            {texts.model.copyLink}
          </Button>
        </>
      )}
      <ul className="file-list" aria-label={texts.model.otherFiles}>
        {others.map(({ name, bytes }) => (
          <li key={name}>
            <Button size="s" kind="quiet" icon={FileDown} className="file" onPress={() => void save(name)}>
              {texts.model.files[name] ?? name}
            </Button>
            <span className="file-size">{formatBytes(bytes)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** @returns `Vase.glb`, `Vase-dense.ply` */
function fileName(name: string, artifact: string): string {
  const stem = (name || texts.capture.unnamed).replace(/[\\/:*?"<>|]+/g, ' ').trim();
  return artifact === MODEL ? `${stem}.glb` : `${stem}-${artifact}`;
}

function saveAs(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
