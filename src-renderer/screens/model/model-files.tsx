import { Download, FileDown, FolderOpen, Link, Trash2 } from 'lucide-react';
import type { JobResource } from '../../../src-shared/api/job-schemas.js';
import { formatBytes } from '../../../src-shared/pipeline/figures-as-text.js';
import type { Artifact } from '../../api/answers.js';
import { noticeOf } from '../../stores/notice-of.js';
import { useStudio } from '../../stores/use-studio.js';
import { Button } from '../../ui/button.js';
import { editTexts } from '../../ui/texts/edit-texts.js';
import { texts } from '../../ui/texts.js';
import { ExportMenu } from './export-menu.js';
import { CAMERAS, fileName, MODEL, saveAs } from './save-file.js';

const { exports: words } = editTexts;

/** The model's files: to save, to convert, to show, to link to, and to delete with everything. */
export function ModelFiles({ job, artifacts }: { readonly job: JobResource; readonly artifacts: readonly Artifact[] }) {
  const { api, notices, jobs, route, shell, baseUrl } = useStudio();
  const model = artifacts.find(({ name }) => name === MODEL);
  const hasCameras = artifacts.some(({ name }) => name === CAMERAS);
  const others = artifacts.filter(({ name }) => name !== MODEL);
  const fail = (error: unknown) => notices.getState().show(noticeOf(error));
  const save = (name: string) =>
    api.blob(api.artifactPath(job.job_id, name)).then((blob) => saveAs(blob, fileName(job, name)), fail);
  const reveal = async () => {
    const isThere = await shell?.reveal({ kind: 'artifact', jobId: job.job_id, name: MODEL });
    if (!isThere) notices.getState().show({ kind: 'info', text: words.revealGone });
  };
  const copyLink = async () => {
    await navigator.clipboard.writeText(`${baseUrl}${model?.href}`);
    notices.getState().show({ kind: 'good', text: texts.model.linkCopied });
  };
  return (
    <section className="files">
      <h2 className="panel-title">{texts.model.download}</h2>
      {model && (
        <>
          <Button kind="primary" size="l" icon={Download} onPress={() => void save(MODEL)}>
            {texts.model.downloadModel}
          </Button>
          <ExportMenu job={job} hasModel hasCameras={hasCameras} />
          <p className="files-note">{words.glb}</p>
          {shell && (
            <Button size="s" kind="quiet" icon={FolderOpen} onPress={() => void reveal().catch(fail)}>
              {words.reveal}
            </Button>
          )}
          <Button size="s" kind="quiet" icon={Link} onPress={() => void copyLink().catch(fail)}>
            {words.link}
          </Button>
        </>
      )}
      {!model && hasCameras && <ExportMenu job={job} hasModel={false} hasCameras />}
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
      <Button
        size="s"
        kind="quiet"
        icon={Trash2}
        className="files-delete"
        onPress={() => {
          route.getState().go({ screen: 'home' });
          jobs.getState().remove(job.job_id);
        }}
      >
        {words.remove}
      </Button>
    </section>
  );
}
