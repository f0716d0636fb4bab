import type { EngineName } from '../../../src-shared/pipeline/engines.js';

/** Programs of others that come together. */
export interface ToolKit {
  readonly name: Exclude<EngineName, 'builtin'>;
  readonly title: string;
  /** The program that is looked for to know whether the kit is here. */
  readonly program: string;
  /** Image used where nothing else is set and it is on this computer. */
  readonly defaultImage: string;
  /** Some builds compute on an NVIDIA GPU. */
  readonly mayUseGpu: boolean;
}

export const TOOL_KITS = {
  colmap: {
    ...{ name: 'colmap', title: 'COLMAP', program: 'colmap' },
    ...{ defaultImage: 'colmap/colmap', mayUseGpu: true },
  },
  openmvg: {
    ...{ name: 'openmvg', title: 'OpenMVG', program: 'openMVG_main_SfMInit_ImageListing' },
    ...{ defaultImage: 'spedenaave/dpg', mayUseGpu: false },
  },
  openmvs: {
    ...{ name: 'openmvs', title: 'OpenMVS', program: 'DensifyPointCloud' },
    ...{ defaultImage: 'spedenaave/dpg', mayUseGpu: true },
  },
} as const satisfies Record<string, ToolKit>;

/** Where public images keep the programs that are not on their PATH: repository -> kit -> folder. */
const IMAGE_FOLDERS: Readonly<Record<string, Partial<Record<ToolKit['name'], string>>>> = {
  'spedenaave/dpg': { openmvg: '/opt/openmvg/bin', openmvs: '/opt/openmvs/bin/OpenMVS' },
  'openmvs/openmvs-ubuntu': { openmvs: '/usr/local/bin/OpenMVS' },
};

/** POSIX folder of a kit in an image, by the image's name without registry, tag and digest; `undefined`: on its PATH. */
export function folderInImage(kit: ToolKit, image: string): string | undefined {
  const repository = image.replace(/@.*$/, '').replace(/:[^/:]*$/, '');
  const known = Object.keys(IMAGE_FOLDERS).find((name) => repository === name || repository.endsWith(`/${name}`));
  return known === undefined ? undefined : IMAGE_FOLDERS[known]?.[kit.name];
}
