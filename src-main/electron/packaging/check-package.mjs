import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses';

// electron-builder's last look at what it has made.

/** What Atlas adds to Electron. A package that has grown beyond this carries something that nobody meant to ship. */
export const BUDGET_MEGABYTES = { archive: 20, unpacked: 60 };

/** How each switch that is in Electron's program must stand; see electron-builder.yml for the reasons. */
export const FUSES = {
  RunAsNode: true,
  EnableCookieEncryption: true,
  EnableNodeOptionsEnvironmentVariable: false,
  EnableNodeCliInspectArguments: false,
  EnableEmbeddedAsarIntegrityValidation: true,
  OnlyLoadAppFromAsar: true,
  GrantFileProtocolExtraPrivileges: false,
};

const PROGRAMS = { linux: 'atlas-studio', win: 'Atlas Studio.exe' };

const bytesOf = (path) =>
  statSync(path).isDirectory()
    ? readdirSync(path).reduce((sum, name) => sum + bytesOf(join(path, name)), 0)
    : statSync(path).size;

/** @returns what is wrong with a package; empty where nothing is. @param program of Electron @param resources its folder */
export async function findFaults(program, resources) {
  const faults = [];
  for (const [part, file] of [
    ['archive', 'app.asar'],
    ['unpacked', 'app.asar.unpacked'],
  ]) {
    const megabytes = bytesOf(join(resources, file)) / 1e6;
    process.stdout.write(`  • ${file}: ${megabytes.toFixed(1)} MB of at most ${BUDGET_MEGABYTES[part]}\n`);
    if (megabytes > BUDGET_MEGABYTES[part]) faults.push(`${file} has ${megabytes.toFixed(1)} MB`);
  }
  const wire = await getCurrentFuseWire(program);
  for (const [name, isOn] of Object.entries(FUSES)) {
    if (wire[FuseV1Options[name]] !== (isOn ? FuseState.ENABLE : FuseState.DISABLE))
      faults.push(`the fuse ${name} is not ${isOn ? 'on' : 'off'}`);
  }
  return faults;
}

/** Packages below electron-builder's output folder: Electron's program and its resources. */
function packagesIn(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (!entry.isDirectory()) return [];
    if (entry.name.endsWith('.app')) return [{ program: path, resources: join(path, 'Contents', 'Resources') }];
    if (/^mac(-|$)/.test(entry.name)) return packagesIn(path);
    if (!/^(win|linux).*-unpacked$/.test(entry.name)) return [];
    const isProgram = (name) => name === PROGRAMS.linux || name === PROGRAMS.win;
    return readdirSync(path)
      .filter(isProgram)
      .map((name) => ({ program: join(path, name), resources: join(path, 'resources') }));
  });
}

/** The hook. @throws when something is wrong, which fails the build */
export default async function checkPackages({ outDir }) {
  const packages = packagesIn(outDir);
  if (packages.length === 0) throw new Error(`There is no package in ${outDir}.`);
  for (const { program, resources } of packages) {
    const faults = await findFaults(program, resources);
    if (faults.length > 0) throw new Error(`The package ${program} is not fit to ship: ${faults.join('; ')}.`);
  }
}
