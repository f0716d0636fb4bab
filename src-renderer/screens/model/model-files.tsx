import { Download, FileDown, FolderOpen, Link, Share, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components';
import { useStore } from 'zustand';
import type { JobResource } from '../../../src-shared/api/job-schemas.js';
import { formatBytes } from '../../../src-shared/pipeline/figures-as-text.js';
import type { Artifact } from '../../api/answers.js';
import { noticeOf } from '../../stores/notice-of.js';
import { useStudio } from '../../stores/use-studio.js';
import { Button } from '../../ui/button.js';
import { editTexts } from '../../ui/texts/edit-texts.js';
import { texts } from '../../ui/texts.js';
import { EXPORT_FORMATS, type ExportFormat } from '../../viewport/export/export-formats.js';

const MODEL = 'model.glb';
const { exports: words } = editTexts;

/** The model's files: to save, to convert, to show, to link to, and to delete with everything. */
export function ModelFiles({ job, artifacts }: { readonly job: JobResource; readonly artifacts: readonly Artifact[] }) {
  const { api, notices, jobs, route, shell, baseUrl } = useStudio();
  const model = artifacts.find(({ name }) => name === MODEL);
  const others = artifacts.filter(({ name }) => name !== MODEL);
  const fail = (error: unknown) => notices.getState().show(noticeOf(error));
  const save = (name: string) =>
    api.blob(api.artifactPath(job.job_id, name)).then((blob) => saveAs(blob, fileName(job.name, name)), fail);
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
          <ExportMenu job={job} />
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

/** The model in other formats, written here from the GLB. */
function ExportMenu({ job }: { readonly job: JobResource }) {
  const { api, capture, notices } = useStudio();
  const [isWorking, setIsWorking] = useState(false);
  const isScaled = useStore(capture, (state) => state.quality?.model?.scaleKnown ?? false);
  const run = async (format: ExportFormat) => {
    setIsWorking(true);
    try {
      const glb = await (await api.blob(api.artifactPath(job.job_id, MODEL))).arrayBuffer();
      const { exportModel } = await import('../../viewport/export/export-model.js');
      const stem = fileStem(job.name);
      const { blob, extension } = await exportModel(glb, format, stem);
      saveAs(blob, `${stem}.${extension}`);
    } catch (error) {
      const { kind, ...notice } = noticeOf(error);
      const isOurs = error instanceof Error && 'problem' in error;
      notices
        .getState()
        .show(isOurs ? { kind, ...notice } : { kind: 'bad', text: words.failed, hint: words.failedHint });
    } finally {
      setIsWorking(false);
    }
  };
  return (
    <MenuTrigger>
      <Button icon={Share} isDisabled={isWorking}>
        {isWorking ? words.working : words.more}
      </Button>
      <Popover className="popover" placement="top">
        <Menu className="menu export-menu" aria-label={words.menu} onAction={(id) => void run(id as ExportFormat)}>
          {EXPORT_FORMATS.map((id) => (
            <MenuItem key={id} id={id} textValue={words.formats[id].title} className="menu-item export-item">
              <span>{words.formats[id].title}</span>
              <span className="export-text">{words.formats[id].text}</span>
            </MenuItem>
          ))}
        </Menu>
        {!isScaled && <p className="export-note">{words.unscaled}</p>}
      </Popover>
    </MenuTrigger>
  );
}

/** A name without what file systems refuse. */
const fileStem = (name: string) => (name || texts.capture.unnamed).replace(/[\\/:*?"<>|]+/g, ' ').trim();

/** @returns `Vase.glb`, `Vase-dense.ply` */
const fileName = (name: string, artifact: string) =>
  artifact === MODEL ? `${fileStem(name)}.glb` : `${fileStem(name)}-${artifact}`;

function saveAs(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
