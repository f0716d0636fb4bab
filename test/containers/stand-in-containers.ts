import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const STAND_IN_DOCKER = fileURLToPath(new URL('../main/adapters/tools/stand-in-docker.mjs', import.meta.url));
const COLMAP = `#!/bin/sh
printf 'COLMAP 3.12 -- Structure-from-Motion\\n(Commit 1 on 2026-01-01 with CUDA)\\n\\nAvailable commands:\\n  help\\n  mapper\\n'
`;

/** A `docker` on PATH that pulls nothing real; COLMAP is in its image `colmap/colmap`, which is not here at first. */
export interface StandInContainers {
  /** For processes of their own; this process has them already. */
  readonly variables: Readonly<Record<string, string>>;
  /** How pulls go from now on: `hang`, the error that they end with, or nothing for well. */
  setPull(how: string): Promise<void>;
  /** Stops the daemon. */
  stopDaemon(): Promise<void>;
  /** The images whose pulls were begun. */
  pulls(): Promise<string[]>;
  /** Gives this process its environment back. */
  remove(): Promise<void>;
}

/** Call it before what looks for engines starts. */
export async function standInContainers(): Promise<StandInContainers> {
  const folder = await mkdtemp(join(tmpdir(), 'atlas-stand-in-'));
  const bin = join(folder, 'bin');
  await mkdir(bin);
  await symlink(STAND_IN_DOCKER, join(bin, 'docker'));
  await writeFile(join(bin, 'colmap'), COLMAP);
  await chmod(join(bin, 'colmap'), 0o755);
  await writeFile(join(folder, 'absent'), 'colmap/colmap\nspedenaave/dpg');
  const variables = {
    PATH: `${bin}${delimiter}${process.env.PATH}`,
    STAND_IN_DOCKER: folder,
    ATLAS_CONTAINER_ENGINE: 'docker',
    ATLAS_COLMAP_IMAGE: 'colmap/colmap',
  };
  const before = Object.fromEntries(Object.keys(variables).map((name) => [name, process.env[name]]));
  Object.assign(process.env, variables);
  return {
    variables,
    setPull: (how) => writeFile(join(folder, 'pull'), how),
    stopDaemon: () => writeFile(join(folder, 'down'), ''),
    async pulls() {
      const text = await readFile(join(folder, 'pulls'), 'utf8').catch(() => '');
      return text.split('\n').filter((line) => line !== '');
    },
    async remove() {
      for (const [name, value] of Object.entries(before)) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
}
