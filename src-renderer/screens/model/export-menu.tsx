import { Share, X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { Header, Menu, MenuItem, MenuSection, MenuTrigger, Popover } from 'react-aria-components';
import { useStore } from 'zustand';
import type { JobResource } from '../../../src-shared/api/job-schemas.js';
import { noticeOf } from '../../stores/notice-of.js';
import { useStudio } from '../../stores/use-studio.js';
import { Button } from '../../ui/button.js';
import { editTexts } from '../../ui/texts/edit-texts.js';
import { EXPORT_FORMATS, type ExportFormat } from '../../viewport/export/export-formats.js';
import { CAMERAS, fileName, fileStem, MODEL, saveAs } from './save-file.js';

const { exports: words } = editTexts;

/** What is made of the cameras, by the service. */
const CAMERA_EXPORTS = ['cameras', 'photos'] as const;
type CameraExport = (typeof CAMERA_EXPORTS)[number];
type Export = ExportFormat | CameraExport;

const isOfCameras = (what: Export): what is CameraExport => CAMERA_EXPORTS.some((id) => id === what);

/** The model in other formats, written here from the GLB; cameras, points and photos for other programs, sent by the service. */
export function ExportMenu({
  job,
  hasModel,
  hasCameras,
}: {
  readonly job: JobResource;
  readonly hasModel: boolean;
  readonly hasCameras: boolean;
}) {
  const { api, capture, notices } = useStudio();
  const [working, setWorking] = useState<Export>();
  const download = useRef<AbortController>(undefined);
  useEffect(() => () => download.current?.abort(), []);
  const isScaled = useStore(capture, (state) => state.quality?.model?.scaleKnown ?? false);
  const fetchFile = async (path: string) => {
    download.current = new AbortController();
    return api.blob(path, download.current.signal);
  };
  const make = async (what: Export): Promise<void> => {
    if (what === 'cameras') {
      return saveAs(await fetchFile(api.artifactPath(job.job_id, CAMERAS)), fileName(job, CAMERAS));
    }
    if (what === 'photos') {
      return saveAs(await fetchFile(api.undistortedPath(job.job_id)), fileName(job, 'undistorted.zip'));
    }
    const glb = await (await fetchFile(api.artifactPath(job.job_id, MODEL))).arrayBuffer();
    const { exportModel } = await import('../../viewport/export/export-model.js');
    const stem = fileStem(job);
    const { blob, extension } = await exportModel(glb, what, stem);
    saveAs(blob, `${stem}.${extension}`);
  };
  const run = async (what: Export) => {
    setWorking(what);
    try {
      await make(what);
    } catch (error) {
      if (download.current?.signal.aborted) return;
      const isOurs = error instanceof Error && 'problem' in error;
      const hint = isOfCameras(what) ? words.cameraHint : words.failedHint;
      notices.getState().show(isOurs ? noticeOf(error) : { kind: 'bad', text: words.failed, hint });
    } finally {
      setWorking(undefined);
    }
  };
  const sections = [
    ...(hasModel ? [{ title: words.ofModel, ids: EXPORT_FORMATS }] : []),
    ...(hasCameras ? [{ title: words.ofCameras, ids: CAMERA_EXPORTS }] : []),
  ];
  if (working === 'photos') {
    return (
      <Button icon={X} onPress={() => download.current?.abort()}>
        {words.cancelPhotos}
      </Button>
    );
  }
  return (
    <MenuTrigger>
      <Button icon={Share} isDisabled={working !== undefined}>
        {working ? words.working : hasModel ? words.more : words.ofCameras}
      </Button>
      <Popover className="popover" placement="top">
        <Menu className="menu export-menu" aria-label={words.menu} onAction={(id) => void run(id as Export)}>
          {sections.map(({ title, ids }) => (
            <MenuSection key={title}>
              <Header className="export-header">{title}</Header>
              {ids.map((id) => (
                <ExportItem key={id} id={id} />
              ))}
            </MenuSection>
          ))}
        </Menu>
        {hasModel && !isScaled && <p className="export-note">{words.unscaled}</p>}
      </Popover>
    </MenuTrigger>
  );
}

function ExportItem({ id }: { readonly id: Export }) {
  return (
    <MenuItem id={id} textValue={words.formats[id].title} className="menu-item export-item">
      <span>{words.formats[id].title}</span>
      <span className="export-text">{words.formats[id].text}</span>
    </MenuItem>
  );
}
