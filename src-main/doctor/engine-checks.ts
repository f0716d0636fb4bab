import type { DoctorCheck } from '../../src-shared/api/doctor-schemas.js';
import { formatBytes } from '../../src-shared/pipeline/figures-as-text.js';
import type { EngineStatus } from '../adapters/engine-status.js';
import { containerStatus } from '../adapters/tools/container-status.js';
import { imageInfo } from '../adapters/tools/image-info.js';
import type { ContainerEngine } from '../adapters/tools/tool-command.js';
import { TOOL_KITS } from '../adapters/tools/tool-kits.js';
import { imageOfKit, toolSettings } from '../adapters/tools/tool-place.js';

/** The built-in engine, and those that are optional: what is missing and was not asked for is no remark. */
export const checkEngines = (statuses: readonly EngineStatus[]): DoctorCheck[] => statuses.map(engineCheck);

function engineCheck(status: EngineStatus): DoctorCheck {
  const isBuiltIn = status.name === 'builtin';
  const title = isBuiltIn ? 'Built-in engine' : `${status.title} (optional)`;
  const about = { id: `engine-${status.name}`, group: 'engines', title } as const;
  const remedy = status.hint ? { remedy: status.hint } : {};
  if (status.isAvailable) {
    const place = status.image === undefined ? status.folder : imageText(status);
    const where = place === undefined ? '' : ` in ${place}`;
    const detail = [`${status.version ?? ''}${where}`, status.reason].filter((part) => part).join('. ');
    return { ...about, state: 'good', detail: detail || 'found' };
  }
  const kit = `ATLAS_${status.name.toUpperCase()}`;
  const isExpected = process.env[`${kit}_FOLDER`] || process.env[`${kit}_IMAGE`];
  return { ...about, state: isExpected ? 'remark' : 'absent', detail: status.reason ?? 'not found', ...remedy };
}

/** An image with what tells it from others of its name. */
function imageText({ image, imageDigest, imageBytes }: EngineStatus): string {
  const known = [imageDigest, imageBytes === undefined ? undefined : formatBytes(imageBytes)].filter((part) => part);
  return known.length === 0 ? `${image}` : `${image} (${known.join(', ')})`;
}

export async function checkContainers(): Promise<DoctorCheck> {
  const about = { id: 'containers', group: 'engines', title: 'Containers (optional)' } as const;
  const found = await containerStatus();
  if (found === undefined) {
    const remedy = 'Other engines can run in containers: install Docker or Podman where you want them.';
    return { ...about, state: 'absent', detail: 'neither Docker nor Podman found', remedy };
  }
  const { engine, isRunning } = found;
  if (isRunning) return { ...about, state: 'good', detail: `${engine.kind} runs, ${await imagesText(engine)}` };
  return { ...about, state: 'absent', detail: `${engine.kind} is there, but does not run`, remedy: 'Start it.' };
}

/** The images of other engines that are here, with their size. */
async function imagesText(engine: ContainerEngine): Promise<string> {
  const kits = Object.values(TOOL_KITS);
  const names = new Set(kits.flatMap((kit) => imageOfKit(kit, toolSettings(kit, process.env)) ?? []));
  const found = await Promise.all([...names].map((name) => imageInfo(engine, name)));
  const here = found.flatMap((info) => (info ? [`${info.name} (${formatBytes(info.bytes)})`] : []));
  return here.length === 0 ? 'without images of other engines (`atlas engines pull`)' : here.join(', ');
}
