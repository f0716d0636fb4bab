import type { DoctorCheck } from '../../src-shared/api/doctor-schemas.js';
import { type EngineStatus, engineStatuses } from '../adapters/engine-status.js';
import { findContainerEngine, requireEngine } from '../adapters/tools/container-engine.js';

/** The built-in engine, and those that are optional: what is missing and was not asked for is no remark. */
export async function checkEngines(): Promise<DoctorCheck[]> {
  return (await engineStatuses(process.env)).map(engineCheck);
}

function engineCheck(status: EngineStatus): DoctorCheck {
  const isBuiltIn = status.name === 'builtin';
  const title = isBuiltIn ? 'Built-in engine' : `${status.title} (optional)`;
  const about = { id: `engine-${status.name}`, group: 'engines', title } as const;
  const remedy = status.hint ? { remedy: status.hint } : {};
  if (status.isAvailable) {
    const where = status.image === undefined ? '' : ` in ${status.image}`;
    const detail = [`${status.version ?? ''}${where}`, status.reason].filter((part) => part).join('. ');
    return { ...about, state: 'good', detail: detail || 'found' };
  }
  const kit = `ATLAS_${status.name.toUpperCase()}`;
  const isExpected = process.env[`${kit}_FOLDER`] || process.env[`${kit}_IMAGE`];
  return { ...about, state: isExpected ? 'remark' : 'absent', detail: status.reason ?? 'not found', ...remedy };
}

export async function checkContainers(): Promise<DoctorCheck> {
  const about = { id: 'containers', group: 'engines', title: 'Containers (optional)' } as const;
  const engine = await findContainerEngine();
  if (engine === undefined) {
    const remedy = 'Other engines can run in containers: install Docker or Podman where you want them.';
    return { ...about, state: 'absent', detail: 'neither Docker nor Podman found', remedy };
  }
  const isRunning = await requireEngine(engine).then(
    () => true,
    () => false,
  );
  if (isRunning) return { ...about, state: 'good', detail: `${engine.kind} runs` };
  return { ...about, state: 'absent', detail: `${engine.kind} is there, but does not run`, remedy: 'Start it.' };
}
