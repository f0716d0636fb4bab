import { Copy, FolderOpen } from 'lucide-react';
import { useStore } from 'zustand';
import { SETTING_FIELDS, type SettingName } from '../../../src-shared/api/settings-schemas.js';
import { SHELL_FOLDERS } from '../../../src-shared/ipc/shell-bridge.js';
import { noticeOf } from '../../stores/notice-of.js';
import { useStudio } from '../../stores/use-studio.js';
import { Button, IconButton } from '../../ui/button.js';
import { NumberInput } from '../../ui/number-input.js';
import { texts } from '../../ui/texts.js';
import { Group, Row } from './group.js';
import { useCopy } from './use-copy.js';

/** How a setting is shown: the service counts bytes, pixels and hours. */
const UNITS: Readonly<Partial<Record<SettingName, { readonly unit: string; readonly size: number }>>> = {
  jobMemoryBytes: { unit: texts.settings.units.GB, size: 1024 ** 3 },
  minFreeDiskBytes: { unit: texts.settings.units.GB, size: 1024 ** 3 },
  maxPhotoBytes: { unit: texts.settings.units.MB, size: 1024 ** 2 },
  maxPhotoPixels: { unit: texts.settings.units.MP, size: 1e6 },
  draftHours: { unit: texts.settings.units.days, size: 24 },
  workspaceHours: { unit: texts.settings.units.days, size: 24 },
  artifactHours: { unit: texts.settings.units.days, size: 24 },
};
/** Of what is shown in a unit, a hundredth may be typed. */
const FINEST = 0.01;

/** How much of the computer captures take. */
export function WorkGroup() {
  return (
    <ServiceGroup
      title={texts.settings.work}
      intro={texts.settings.workIntro}
      names={['concurrency', 'threads', 'jobMemoryBytes', 'crashRetries']}
    />
  );
}

/** What the service takes. */
export function LimitsGroup() {
  const { settings } = useStudio();
  return (
    <ServiceGroup
      title={texts.settings.limits}
      intro={texts.settings.limitsIntro}
      names={['minPhotos', 'maxPhotos', 'maxPhotoBytes', 'maxPhotoPixels']}
    >
      <div className="group-foot">
        <Button size="s" onPress={() => void settings.getState().reset()}>
          {texts.settings.reset}
        </Button>
      </div>
    </ServiceGroup>
  );
}

/** Where things are, and how long. */
export function StorageGroup() {
  const { settings } = useStudio();
  const shell = useStore(settings, (state) => state.shell);
  const storage = useStore(settings, (state) => state.service?.storage);
  return (
    <ServiceGroup
      title={texts.settings.storage}
      intro={texts.settings.storageIntro}
      names={['artifactHours', 'workspaceHours', 'draftHours', 'minFreeDiskBytes']}
      before={
        shell
          ? SHELL_FOLDERS.map((folder) => <FolderRow key={folder} folder={folder} path={shell.folders[folder]} />)
          : storage !== undefined && <FolderRow folder="storage" path={storage} />
      }
    />
  );
}

function FolderRow({ folder, path }: { readonly folder: (typeof SHELL_FOLDERS)[number]; readonly path: string }) {
  const { shell, notices } = useStudio();
  const copy = useCopy();
  const name = texts.settings.folders[folder];
  const reveal = () =>
    shell?.reveal({ kind: 'folder', folder }).then(
      (isShown) => !isShown && notices.getState().show({ kind: 'bad', text: texts.shell.gone }),
      (error: unknown) => notices.getState().show(noticeOf(error)),
    );
  return (
    <Row name={name}>
      <code className="setting-path" title={path}>
        <bdi>{path}</bdi>
      </code>
      <IconButton icon={Copy} label={`${texts.common.copy}: ${name}`} onPress={() => copy(path)} />
      {shell && <IconButton icon={FolderOpen} label={texts.settings.showFolder(name)} onPress={() => void reveal()} />}
    </Row>
  );
}

interface ServiceGroupProps {
  readonly title: string;
  readonly intro: string;
  readonly names: readonly SettingName[];
  readonly before?: React.ReactNode;
  readonly children?: React.ReactNode;
}

function ServiceGroup({ title, intro, names, before, children }: ServiceGroupProps) {
  const { settings } = useStudio();
  const isRead = useStore(settings, (state) => state.service !== undefined);
  if (!isRead) return null;
  return (
    <Group title={title} intro={intro}>
      {before}
      {names.map((name) => (
        <SettingRow key={name} name={name} />
      ))}
      {children}
    </Group>
  );
}

function SettingRow({ name }: { readonly name: SettingName }) {
  const { settings } = useStudio();
  const service = useStore(settings, (state) => state.service);
  if (!service) return null;
  const { name: words, hint } = texts.settings.fields[name];
  const { unit, size } = UNITS[name] ?? { unit: undefined, size: 1 };
  const value = service.settings[name];
  const isFixed = service.fixed.includes(name);
  const { minValue, maxValue } = SETTING_FIELDS[name];
  return (
    <Row name={words} hint={isFixed ? texts.settings.fixed : hint}>
      <NumberInput
        label={words}
        value={value === null ? undefined : value / size}
        min={size === 1 ? (minValue ?? 0) : FINEST}
        max={size === 1 && maxValue !== null && maxValue < Number.MAX_SAFE_INTEGER ? maxValue : undefined}
        unit={unit}
        placeholder={name === 'threads' ? texts.settings.automatic : undefined}
        isDisabled={isFixed}
        onCommit={(next) =>
          void settings
            .getState()
            .change(name, next === undefined ? null : /Hours$/.test(name) ? next * size : Math.round(next * size))
        }
      />
    </Row>
  );
}
