import { dirname } from 'node:path';
import { StudioError } from '../../src-shared/errors/studio-error.js';
import type { EngineName } from '../../src-shared/pipeline/engines.js';
import { ATLAS_VERSION } from '../../src-shared/pipeline/versions.js';
import { findColmap, whyNoDepth } from './colmap/colmap-program.js';
import { findOpenMvg } from './openmvg/openmvg-program.js';
import { findOpenMvs } from './openmvs/openmvs-program.js';
import { findProgram } from './tools/find-program.js';
import { imageInfo } from './tools/image-info.js';
import type { ToolPlace } from './tools/tool-command.js';
import { TOOL_KITS, type ToolKit } from './tools/tool-kits.js';
import { findToolPlace, imageOfKit, toolSettings } from './tools/tool-place.js';

/** What a set of programs can do on this computer, or why it cannot. */
export interface EngineStatus {
  readonly name: EngineName;
  readonly title: string;
  readonly isAvailable: boolean;
  readonly version?: string;
  readonly place?: 'built-in' | 'native' | 'container';
  /** Where its programs are, on this computer. */
  readonly folder?: string;
  /** Image of a container, and what exactly it is. */
  readonly image?: string;
  readonly imageDigest?: string;
  readonly imageBytes?: number;
  /** Image that may be pulled to have it: it is not on this computer. */
  readonly missingImage?: string;
  readonly canSolveCameras: boolean;
  readonly canComputeDense: boolean;
  /** Why it is not available, or cannot do all. */
  readonly reason?: string;
  /** What to do about it. */
  readonly hint?: string;
}

/** What a probe finds out of programs that are there. */
type Findings = Pick<EngineStatus, 'version' | 'canSolveCameras' | 'canComputeDense' | 'reason'>;

interface Probe {
  readonly kit: ToolKit;
  /** @throws what the programs' failure is */
  ask(place: ToolPlace, signal: AbortSignal): Promise<Findings>;
}

/** One line a kit. */
const PROBES: readonly Probe[] = [
  {
    kit: TOOL_KITS.colmap,
    async ask(place, signal) {
      const colmap = await findColmap(place, signal);
      const why = whyNoDepth(colmap);
      const reason = why === undefined ? {} : { reason: `${why}: depth is computed by the built-in engine.` };
      return { version: colmap.version, canSolveCameras: true, canComputeDense: colmap.usesGpu, ...reason };
    },
  },
  {
    kit: TOOL_KITS.openmvg,
    async ask(place, signal) {
      const { version } = await findOpenMvg(place, signal);
      return { version, canSolveCameras: true, canComputeDense: false };
    },
  },
  {
    kit: TOOL_KITS.openmvs,
    async ask(place, signal) {
      const { version } = await findOpenMvs(place, signal);
      return { version, canSolveCameras: false, canComputeDense: true };
    },
  },
];

/** Longer than any program takes to print its help, also in a container that starts cold. */
const PROBE_TIMEOUT_MS = 30_000;

/** Looks for all engines; the built-in one comes first and is always there. */
export async function engineStatuses(environment: NodeJS.ProcessEnv): Promise<readonly EngineStatus[]> {
  return [
    {
      ...{ name: 'builtin', title: 'Built-in', isAvailable: true, version: ATLAS_VERSION, place: 'built-in' },
      ...{ canSolveCameras: true, canComputeDense: true },
    },
    ...(await Promise.all(PROBES.map((probe) => statusOf(probe, environment)))),
  ];
}

async function statusOf({ kit, ask }: Probe, environment: NodeJS.ProcessEnv): Promise<EngineStatus> {
  const { name, title } = kit;
  const settings = toolSettings(kit, environment);
  let known: WhereItIs = {};
  try {
    const place = await findToolPlace(kit, settings, 'probe');
    known = await whereItIs(kit, place);
    const findings = await ask(place, AbortSignal.timeout(PROBE_TIMEOUT_MS));
    return { name, title, isAvailable: true, place: place.kind, ...known, ...findings };
  } catch (error) {
    const why =
      error instanceof StudioError
        ? { reason: error.message, hint: error.hint }
        : { reason: `${title} does not answer.` };
    const image = known.imageBytes === undefined ? imageOfKit(kit, settings) : undefined;
    const missing = image === undefined ? {} : { missingImage: image };
    return {
      name,
      title,
      isAvailable: false,
      ...known,
      ...missing,
      canSolveCameras: false,
      canComputeDense: false,
      ...why,
    };
  }
}

type WhereItIs = Pick<EngineStatus, 'folder' | 'image' | 'imageDigest' | 'imageBytes'>;

async function whereItIs(kit: ToolKit, place: ToolPlace): Promise<WhereItIs> {
  if (place.kind === 'native') return { folder: dirname(await findProgram(kit.program, place.binFolder)) };
  const { image } = place;
  const info = await imageInfo(place.engine, image);
  if (info === undefined) return { image };
  return { image, imageBytes: info.bytes, ...(info.digest === undefined ? {} : { imageDigest: info.digest }) };
}
