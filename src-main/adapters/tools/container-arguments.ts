import { posix } from 'node:path';
import { containerPathOf, mountSourceOf } from './container-paths.js';
import type { ContainerPlace, ToolCommand, ToolFolder } from './tool-command.js';

/** On every container of Atlas; its value names the process that owns it (`ownerOfThisProcess`). */
export const OWNER_LABEL = 'studio.atlas.owner';
export const PROGRAM_LABEL = 'studio.atlas.program';
export const JOB_LABEL = 'studio.atlas.job';

export interface ContainerIdentity {
  readonly name: string;
  readonly owner: string;
  /** Whose the written files become; left to the engine where the system has no such ids (Windows). */
  readonly user?: { readonly uid: number; readonly gid: number };
}

/** The arguments of `docker create` (or podman's): folders of the command alone, own user, no network, no privileges. */
export function containerArguments(
  command: ToolCommand,
  place: ContainerPlace,
  { name, owner, user }: ContainerIdentity,
): string[] {
  const { engine, binFolder, cpus, memoryBytes, usesGpu, job } = place;
  const isPlaced = binFolder !== undefined && !posix.isAbsolute(command.program);
  const program = isPlaced ? posix.join(binFolder, command.program) : command.program;
  const memory =
    memoryBytes === undefined ? [] : ['--memory', String(memoryBytes), '--memory-swap', String(memoryBytes)];
  return [
    ...['create', '--pull', 'never', '--name', name],
    ...['--label', `${OWNER_LABEL}=${owner}`, '--label', `${PROGRAM_LABEL}=${command.program}`],
    ...(job === undefined ? [] : ['--label', `${JOB_LABEL}=${job}`]),
    ...['--network', 'none', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges'],
    ...(engine.kind === 'podman' ? podmanArguments(user) : []),
    ...(user === undefined ? [] : ['--user', `${user.uid}:${user.gid}`]),
    ...(usesGpu ? gpuArguments(engine) : []),
    ...(cpus === undefined ? [] : ['--cpus', String(cpus)]),
    ...memory,
    ...command.folders.flatMap((folder) => ['--mount', mountOf(folder)]),
    // A user without an entry in the image's passwd has no home.
    ...Object.entries({ HOME: '/tmp', ...command.env }).flatMap(([key, value]) => ['--env', `${key}=${value}`]),
    ...['--entrypoint', program, place.image],
    ...command.args.map((argument) =>
      typeof argument === 'string' ? argument : containerPathOf(argument.path, command.folders),
    ),
  ];
}

/**
 * Rootless podman would map the own id to one that owns nothing; root's podman refuses to be told otherwise. And with SELinux it would
 * not let a container see folders unless they were relabelled, which is not ours to do to a user's photos.
 */
const podmanArguments = (user: ContainerIdentity['user']): string[] => [
  ...['--security-opt', 'label=disable'],
  ...(user?.uid === 0 ? [] : ['--userns', 'keep-id']),
];

/** Docker's own way, and podman's by the Container Device Interface, which docker has to be told to use. Of several GPUs the user may choose. */
function gpuArguments({ kind }: ContainerPlace['engine']): string[] {
  const { CUDA_VISIBLE_DEVICES: chosen } = process.env;
  return [
    ...(kind === 'podman' ? ['--device', 'nvidia.com/gpu=all'] : ['--gpus', 'all']),
    ...(chosen === undefined ? [] : ['--env', `CUDA_VISIBLE_DEVICES=${chosen}`]),
  ];
}

/** A mount is one line of CSV: paths may hold commas and quotes. */
function mountOf({ path, containerPath, access }: ToolFolder): string {
  const fields = [
    'type=bind',
    `source=${mountSourceOf(path)}`,
    `target=${containerPath}`,
    ...(access === 'read' ? ['readonly'] : []),
  ];
  return fields.map((field) => (/[",\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field)).join(',');
}

/** A name that the engine takes and that people recognise: `atlas-<job>-<program>-<suffix>`. */
export function containerName(program: string, job: string | undefined, suffix: string): string {
  const parts = ['atlas', ...(job === undefined ? [] : [job]), program.split(/[/\\]/).at(-1) ?? program, suffix];
  return parts.map((part) => part.replaceAll(/[^a-zA-Z0-9_.-]+/g, '_').slice(0, MAX_NAME_PART)).join('-');
}

const MAX_NAME_PART = 60;
