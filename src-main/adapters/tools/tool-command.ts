/** An argument that is a path on this computer, in one of the command's folders: a container knows it by another name. */
export interface PathArgument {
  /** Absolute. */
  readonly path: string;
}

/** A folder that a tool may use; a container sees no others. */
export interface ToolFolder {
  /** Absolute path on this computer. */
  readonly path: string;
  /** Absolute POSIX path in a container, e.g. `/workspace`. */
  readonly containerPath: string;
  readonly access: 'read' | 'write';
}

/** What to run: the same natively and in a container, and never through a shell. */
export interface ToolCommand {
  /** Name of the program, without folder or `.exe`. */
  readonly program: string;
  readonly args: readonly (string | PathArgument)[];
  readonly folders: readonly ToolFolder[];
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Exit codes that are no failure; 0 alone by default. */
  readonly acceptedExitCodes?: readonly number[];
}

/** Run as a process of this computer. */
export interface NativePlace {
  readonly kind: 'native';
  /** Where the programs are; found on PATH when absent. */
  readonly binFolder?: string;
}

/** Run in a container without network that sees the command's folders alone. */
export interface ContainerPlace {
  readonly kind: 'container';
  /** The container engine's command line: a name on PATH or an absolute path. */
  readonly engine: ContainerEngine;
  /** Name with tag or digest. Never pulled by a run. */
  readonly image: string;
  /** POSIX folder of the programs in the image; found on the image's PATH when absent. */
  readonly binFolder?: string;
  /** Most processors; all when absent. */
  readonly cpus?: number;
  /** Most memory, swap included; all when absent. */
  readonly memoryBytes?: number;
  /** Gives it this computer's NVIDIA GPUs. */
  readonly usesGpu?: boolean;
  /** Name of the run, for the names and labels of its containers. */
  readonly job?: string;
}

export interface ContainerEngine {
  readonly kind: 'docker' | 'podman';
  /** Name on PATH or absolute path of the command. */
  readonly command: string;
}

export type ToolPlace = NativePlace | ContainerPlace;

/** What a run of a tool is given besides the command. */
export interface ToolRun {
  readonly signal: AbortSignal;
  /** Called for each line of output and error output as it comes; carriage returns end lines as well. */
  readonly onLine?: (line: string) => void;
}
